"""The architectures of text: n × length word numbers in, n × classes logits out.

0 is padding and stands at the end of a text, 1 is an unknown word. More padding changes no logit.
"""

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from learnorder.networks import glove as vectors

PADDING, UNKNOWN = 0, 1


class BiLSTMAttention(nn.Module):
    """Bidirectional LSTM, then the mean of its states weighted by additive attention, then a linear classifier.

    Source: Bahdanau et al. 2015 for the attention: a word's weight is softmax over words of v · tanh(W state + b).
    """

    def __init__(self, embedding: nn.Embedding, width: int, attention: int, classes: int, dropout: float):
        super().__init__()
        self.embedding = embedding
        self.lstm = nn.LSTM(embedding.embedding_dim, width, batch_first=True, bidirectional=True)
        self.hidden = nn.Linear(2 * width, attention)
        self.score = nn.Linear(attention, 1, bias=False)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(2 * width, classes)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        """Word numbers n × length to logits n × classes."""
        present = _present(words)
        # Packed, the LSTM that reads backwards starts at the last word, not in the padding.
        lengths = (present * torch.arange(1, words.shape[1] + 1, device=words.device)).amax(1).cpu()
        packed = pack_padded_sequence(
            self.dropout(self.embedding(words)), lengths, batch_first=True, enforce_sorted=False
        )
        states, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=words.shape[1])
        scores = self.score(torch.tanh(self.hidden(states))).squeeze(-1).masked_fill(~present, -torch.inf)
        mean = (scores.softmax(1).unsqueeze(-1) * states).sum(1)
        return self.classifier(self.dropout(mean))


class TextTransformer(nn.Module):
    """Words plus learned positions, pre-norm transformer layers, the mean over words, a linear classifier."""

    def __init__(
        self,
        embedding: nn.Embedding,
        length: int,
        layers: int,
        heads: int,
        hidden: int,
        classes: int,
        dropout: float,
    ):
        super().__init__()
        width = embedding.embedding_dim
        self.embedding = embedding
        self.positions = nn.Embedding(length, width)
        self.dropout = nn.Dropout(dropout)
        layer = nn.TransformerEncoderLayer(width, heads, hidden, dropout, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers, nn.LayerNorm(width), enable_nested_tensor=False)
        # The encoder's layers are copies of one: each is drawn anew.
        for matrix in self.encoder.parameters():
            if matrix.dim() > 1:
                nn.init.xavier_uniform_(matrix)
        self.classifier = nn.Linear(width, classes)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        """Word numbers n × length to logits n × classes; at most as long as it was built for."""
        present = _present(words)
        inputs = self.embedding(words) + self.positions.weight[: words.shape[1]]
        states = self.encoder(self.dropout(inputs), src_key_padding_mask=~present)
        shares = present / present.sum(1, keepdim=True)
        return self.classifier((shares.unsqueeze(-1) * states).sum(1))


def bilstm_attention(
    shape: tuple[int],
    classes: int,
    *,
    vocabulary: Sequence[str],
    embedding: int = 100,
    width: int = 64,
    attention: int = 64,
    glove: str | None = None,
    dropout: float = 0.0,
) -> nn.Module:
    """LSTM with attention. `width`: of a direction's states; `attention`: of the layer that weighs words."""
    return BiLSTMAttention(_embedding(vocabulary, embedding, glove), width, attention, classes, dropout)


def text_transformer(
    shape: tuple[int],
    classes: int,
    *,
    vocabulary: Sequence[str],
    embedding: int = 64,
    layers: int = 2,
    heads: int = 4,
    hidden: int = 128,
    glove: str | None = None,
    dropout: float = 0.0,
) -> nn.Module:
    """Small transformer. `hidden`: width between the two matrices of a layer; `heads` must divide `embedding`."""
    words = _embedding(vocabulary, embedding, glove)
    return TextTransformer(words, shape[0], layers, heads, hidden, classes, dropout)


def _embedding(vocabulary: Sequence[str], width: int, glove: str | None) -> nn.Embedding:
    """A normal random vector for each word, the file's where it has the word, and zeros for padding."""
    embedding = nn.Embedding(len(vocabulary), width, padding_idx=PADDING)
    if glove is not None:
        with torch.no_grad():
            for row, vector in vectors.read(glove, tuple(vocabulary), width).items():
                embedding.weight[row] = vector
    return embedding


def _present(words: torch.Tensor) -> torch.Tensor:
    """Where a text has words, n × length; a text without any counts as one word of padding, so none is empty."""
    present = words != PADDING
    return torch.cat([present[:, :1] | ~present.any(1, keepdim=True), present[:, 1:]], dim=1)


MODELS = {"bilstm_attention": bilstm_attention, "text_transformer": text_transformer}
