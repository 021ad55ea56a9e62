"""What a study's report says beside its figures: captions with numbers, the claims first, the run itself."""
