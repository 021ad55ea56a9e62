"""The workflow does the same in every locale."""

import ast

from conftest import ROOT


def texts_of_no_encoding(path):
    """Lines of a Python file that read or write text in the encoding of the locale.

    The lint rule sees only what is surely a `Path` or the built-in `open`.
    """
    for call in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(call, ast.Call) and "encoding" not in {keyword.arg for keyword in call.keywords}:
            name = getattr(call.func, "attr", getattr(call.func, "id", None))
            modes = [*call.args[isinstance(call.func, ast.Name) :], *(k.value for k in call.keywords)]
            opened = name == "open" and all(
                isinstance(mode, ast.Constant) and "b" not in str(mode.value) for mode in modes
            )
            said = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
            if opened or name in ("read_text", "write_text") or said.get("text") == "True":
                yield f"{path.name}:{call.lineno}"


def test_every_text_names_its_encoding(tmp_path):
    paths = [
        path for part in ("src", "workflow", "tests", "docs", "benchmarks") for path in (ROOT / part).rglob("*.py")
    ]
    assert len(paths) > 200
    assert [line for path in paths for line in texts_of_no_encoding(path)] == []

    unnamed = ("path.read_text()", "path.write_text(text)", "open(path)", "path.open('w')", "run(line, text=True)")
    named = ("path.read_text(encoding='utf-8')", "open(path, 'rb')", "Image.open(path)", "archive.open(name)")
    (tmp_path / "some.py").write_text("\n".join([*unnamed, *named]), encoding="utf-8")
    found = list(texts_of_no_encoding(tmp_path / "some.py"))
    assert found == [f"some.py:{line}" for line in range(1, len(unnamed) + 1)]
