"""`bp-tutor worksheet`: which files are written, for whom, and what is refused."""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import product
from math import exp
from pathlib import Path

import pytest

from bp_tutor.problem import load_problem
from tests.cli.running import good, run

GIVEN = re.compile(r"## Given\n\n(.*?)\n\n\*Write", re.DOTALL)
HOSTILE = ("<script>alert(1)</script>", '#read("x")', "$x$ | a | *b*", "../../up", 'O\'Neil & "Co"')


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def here() -> set[str]:
    return {path.name for path in Path().iterdir()}


@pytest.mark.parametrize(
    ("ending", "start"),
    [("pdf", b"%PDF"), ("typ", b"#set document"), ("html", b"<!DOCTYPE"), ("md", b"Name:")],
)
def test_a_sheet_and_its_key_are_two_files(ending: str, start: bytes) -> None:
    if ending == "pdf":
        pytest.importorskip("typst", reason="needs the extra [paper]")
    said = good("worksheet", "exercise", "-o", f"sheet.{ending}")
    assert said == f"For students: sheet.{ending}; answer key: sheet-key.{ending}\n"
    assert here() == {f"sheet.{ending}", f"sheet-key.{ending}"}
    assert Path(f"sheet.{ending}").read_bytes().startswith(start)
    assert Path(f"sheet-key.{ending}").read_bytes() != Path(f"sheet.{ending}").read_bytes()


def test_names_of_files() -> None:
    good("worksheet", "exercise", "--format", "md")
    assert here() == {"exercise-worksheet.md", "exercise-worksheet-key.md"}
    good("worksheet", "exercise", "-o", "a.typ", "--key", "only-for-me.typ")
    assert {"a.typ", "only-for-me.typ"} <= here()


MARKS: dict[str, bytes | tuple[bytes, ...]] = {
    "md": (b"# ", b"Name:"), "html": b"<!DOCTYPE", "typ": b"#set document", "pdf": b"%PDF",
}  # fmt: skip


@pytest.mark.parametrize("more", [(), ("--variants", "2")])
def test_a_key_has_the_format_of_its_own_ending(more: tuple[str, ...]) -> None:
    pytest.importorskip("typst", reason="needs the extra [paper]")
    for ending in MARKS:
        good("worksheet", "linear-2-2-1", "-o", f"plain.{ending}", *more)
    written = [ending for ending in MARKS if ending != "pdf"]
    pairs = [*zip(written, written[1:] + written[:1], strict=True), ("pdf", "md"), ("md", "pdf")]
    if not more:
        pairs += [*product(written, written), ("pdf", "pdf")]
    for sheet, key in pairs:
        good("worksheet", "linear-2-2-1", "-o", f"a.{sheet}", *more, "--key", f"b.{key}", "--force")
        made, own = Path(f"a.{sheet}").read_bytes(), Path(f"b.{key}").read_bytes()
        assert own.startswith(MARKS[key])
        assert key == "pdf" or own == Path(f"plain-key.{key}").read_bytes()
        assert sheet == "pdf" or made == Path(f"plain.{sheet}").read_bytes()


def test_the_format_of_a_key_is_known_or_named() -> None:
    for language, said in (("en", "k.txt"), ("zh", "k.txt")):
        done = run("worksheet", "exercise", "-o", "a.md", "--key", "k.txt", "--lang", language)
        assert (done.code, said in done.err, ".html" in done.err) == (2, True, True)
    assert here() == set()
    good("worksheet", "exercise", "-o", "a.txt", "--key", "k.txt", "--format", "html")
    assert all(text(name).startswith("<!DOCTYPE") for name in ("a.txt", "k.txt"))


def test_what_is_asked_for() -> None:
    good("worksheet", "exercise", "-o", "some.md", "--ask", "Z,dZ", "--layer", "3")
    sheet = text("some.md")
    assert re.findall(r"\| (\$.*?) \|\n", sheet) == [
        "$Z_{31}$ | $Z_{32}$ | $Z_{33}$",
        r"$\delta Z_{31}$ | $\delta Z_{32}$ | $\delta Z_{33}$",
    ]
    assert "0.1" in sheet
    assert "formula" not in sheet
    good("worksheet", "exercise", "-o", "more.md", "--ask", "Z", "--formulas")
    assert "| formula | result |" in text("more.md")


def test_updates_and_digits() -> None:
    good("worksheet", "linear-regression", "-o", "one.md", "--updates", "1")
    good("worksheet", "linear-regression", "-o", "two.md", "--updates", "2", "--digits", "6")
    assert len(re.findall("^## ", text("two.md"), re.MULTILINE)) > len(
        re.findall("^## ", text("one.md"), re.MULTILINE)
    )
    assert "6 decimals; one between -0.1 and 0.1 with 6 significant figures" in text("two.md")
    good("worksheet", "linear-regression", "-o", "zh.md", "--lang", "zh")
    assert "绝对值小于 0.1 的保留 4 位有效数字" in text("zh.md")


def test_chinese() -> None:
    assert "答案" in good("worksheet", "exercise", "-o", "a.md", "--lang", "zh")
    assert text("a.md").startswith("姓名： ")
    assert "已知" in text("a.md")


def hand(path: str) -> tuple[float, float]:
    """Z₂₁ and A₂₁ of a variant's file, worked out by a loop."""
    network = load_problem(Path(path)).network
    assert network is not None
    layer = network.layers[0]
    (inputs,) = network.samples  # type: ignore[misc]
    weights, biases = layer.weights, layer.bias.values
    z = sum(x * row[0] for x, row in zip(inputs, weights, strict=True)) + biases[0]  # type: ignore[arg-type, index]
    return z, 1 / (1 + exp(-z))


def test_a_seed_gives_the_numbers_of_its_variant() -> None:
    good("variant", "exercise", "--seed", "7", "-o", "seven.yaml")
    good("worksheet", "seven.yaml", "-o", "file.md")
    good("worksheet", "exercise", "--seed", "7", "-o", "seed.md")
    given = GIVEN.search(text("file.md"))
    assert given is not None
    assert GIVEN.findall(text("seed.md")) == [given[1]]
    _, a = hand("seven.yaml")
    assert f"${a:.4f}$" in text("seed-key.md")
    assert "bp-tutor quiz exercise --seed 7" in text("seed.md")


@pytest.mark.parametrize(("name", "leaf"), [("graph-chain-rule", "b"), ("momentum", "w")])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_text_of_a_sheet_tells_its_own_numbers(name: str, leaf: str, lang: str) -> None:
    good("worksheet", name, "--variants", "9", "-o", "class.md", "--lang", lang)
    sheets = text("class.md").split("\n\n---\n\n")
    given = [re.findall(rf"\${leaf} = (-?[\d.]+)", sheet)[0] for sheet in sheets]
    told = [re.findall(rf"(?<![$\w]){leaf} = ([-−]?[\d.]*\d)", sheet)[0] for sheet in sheets]
    assert [number.replace("−", "-") for number in told] == given
    assert len(set(given)) > 2
    good("worksheet", name, "--seed", "7", "-o", "seven.md", "--lang", lang)
    assert f"{leaf} = {told[6]}" in text("seven.md").split("##")[0]
    assert f"{leaf} = {told[6]}" in text("seven-key.md").split("##")[0]


def test_a_class_in_one_file() -> None:
    said = good("worksheet", "exercise", "--variants", "3", "-o", "class.md")
    assert said == "For students: class.md (3 worksheets); answer key: class-key.md\n"
    good("variant", "exercise", "--count", "3", "--out", "files")
    sheets = text("class.md").split("\n\n---\n\n")
    assert len(sheets) == 3
    key = text("class-key.md")
    for number, sheet in enumerate(sheets, 1):
        good("worksheet", f"files/exercise-{number}.yaml", "-o", "own.md", "--force")
        assert GIVEN.findall(sheet) == GIVEN.findall(text("own.md"))
        z, a = hand(f"files/exercise-{number}.yaml")
        row = next(line for line in key.splitlines() if line.startswith(f"| {number} |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert float(cells[1].replace("−", "-")) == pytest.approx(z)
        assert cells[4] == f"{a:.4f}"
        assert f"{a:.4f}" not in sheet
        assert f"variant {number}" in sheet


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="there is no pdftotext here")
def test_in_a_pdf_for_a_class_everybody_begins_on_a_front_side() -> None:
    pytest.importorskip("typst", reason="needs the extra [paper]")
    good("worksheet", "exercise", "--variants", "3", "-o", "class.pdf")
    done = subprocess.run(
        [shutil.which("pdftotext") or "", "-layout", "class.pdf", "-"],
        capture_output=True,
        check=True,
        text=True,
    )
    pages = [page.replace(" / ", "/") for page in done.stdout.split("\f")[:-1]]
    first = [place for place, page in enumerate(pages, 1) if "Name:" in page]
    assert len(first) == 3
    assert all(place % 2 for place in first)
    for number, start in enumerate(first, 1):
        own = [page for page in pages[start - 1 : start + 3] if f"variant {number} ·" in page]
        assert len(own) == 3
        for place, page in enumerate(own, 1):
            assert f"{place}/{len(own)}" in page


def test_a_class_by_name() -> None:
    Path("class.csv").write_text("姓名\n李雷\n韩梅梅\n李雷\n", encoding="utf-8")
    said = good("worksheet", "sigmoid-2-2-1", "--names", "class.csv", "--out", "hand out",
                "--format", "html")  # fmt: skip
    assert "3 worksheets in hand out" in said
    assert "李雷 stands on the list more than once" in said
    assert "韩梅梅 stands" not in said
    assert "answer key: hand out-key.html" in said
    files = sorted(path.name for path in Path("hand out").iterdir())
    assert files == sorted(
        ["sigmoid-2-2-1-李雷.html", "sigmoid-2-2-1-韩梅梅.html", "sigmoid-2-2-1-李雷-2.html"]
    )
    good("variant", "sigmoid-2-2-1", "--names", "class.csv", "--out", "numbers")
    listed = text("numbers/sigmoid-2-2-1-list.csv").splitlines()[1:]
    key = text("hand out-key.html")
    for row in listed:
        student, seed, file = row.split(",")
        sheet = text(f"hand out/{file.replace('.yaml', '.html')}")
        assert f'<span class="field">{student}</span>' in sheet
        assert f"--seed {seed}" in sheet
        assert f'<th scope="row">{student}</th><td>{seed}</td>' in key


def test_names_that_carry_markup(tmp_path: Path) -> None:
    typst = pytest.importorskip("typst", reason="needs the extra [paper]")
    lines = "\n".join('"' + name.replace('"', '""') + '"' for name in HOSTILE)
    Path("class.csv").write_text(f"name\n{lines}\n", encoding="utf-8")
    for ending in ("html", "typ", "md"):
        good("worksheet", "sigmoid-2-2-1", "--names", "class.csv", "-o", f"class.{ending}")
    for file in ("class", "class-key"):
        assert "<script" not in text(f"{file}.html")
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text(f"{file}.html")
        assert "<script" not in text(f"{file}.md")
        assert r"\$x\$ \| a \| \*b\*" in text(f"{file}.md")
        made = typst.compile(text(f"{file}.typ").encode(), format="pdf", ignore_system_fonts=True)
        assert made.startswith(b"%PDF")
    good("worksheet", "sigmoid-2-2-1", "--names", "class.csv", "--out", "in", "--format", "md")
    assert len(list(Path("in").iterdir())) == len(HOSTILE)
    assert {path.parent for path in tmp_path.rglob("*up*")} == {tmp_path / "in"}


def test_what_is_not_asked_for_is_told() -> None:
    said = good("worksheet", "mlp-shapes", "-o", "a.md")
    assert "of large layers only the first ones" in said


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_question_about_shapes_does_not_tell_them(lang: str) -> None:
    good("worksheet", "mlp-shapes", "-o", "a.md", "--lang", lang)
    assert "16-32-16-1" in text("a.md")
    assert not re.search(r"\d+ [×x] \d+", text("a.md"))


def test_what_does_not_vary_is_told() -> None:
    said = good("worksheet", "given-deltas", "--variants", "2", "-o", "a.md")
    assert "no numbers in this problem that vary" in said


def test_a_file_that_is_there_stays() -> None:
    Path("a-key.md").write_text("mine", encoding="utf-8")
    done = run("worksheet", "exercise", "-o", "a.md")
    assert done.code == 2
    assert "--force" in done.err
    assert here() == {"a-key.md"}
    good("worksheet", "exercise", "-o", "a.md", "--force")
    assert text("a-key.md") != "mine"
    Path("class").mkdir()
    Path("class/exercise-2.md").write_text("mine", encoding="utf-8")
    done = run("worksheet", "exercise", "--variants", "3", "--out", "class", "--format", "md")
    assert done.code == 2
    assert [path.name for path in Path("class").iterdir()] == ["exercise-2.md"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("exercise", "-o", "a.docx"), ".pdf, .typ, .html, .md"),
        (("exercise", "--format", "tex"), 'no format "tex"'),
        (("exercise", "-o", "no/such/folder/a.md"), "cannot write"),
        (("exercise", "-o", "a.md", "--key", "./a.md"), "both a sheet and the key"),
        (("exercise", "-o", "a.md", "--variants", "2", "--names", "x.csv"), "--names"),
        (("exercise", "--out", "folder"), "--variants N or --names CSV"),
        (("exercise", "-o", "a.md", "--variants", "2", "--out", "folder"), "no -o"),
        (("exercise", "-o", "a.md", "--ask", "dQ"), "dQ"),
        (("exercise", "-o", "a.md", "--ask", "dZ", "--layer", "1"), "nothing matches"),
        (("exercise", "-o", "a.md", "--variants", "0"), "--variants"),
        (("exercise", "-o", "a.md", "--names", "none.csv"), "cannot read none.csv"),
        (("digits-784", "-o", "a.md"), "not for working by hand"),
        (("exercise", "-o", "a.md", "--updates", "9"), "choose some with --ask"),
        (("transformer-block", "-o", "a.md"), "choose some with --ask and --layer"),
        (("no-such-problem", "-o", "a.md"), "no-such-problem"),
    ],
)
def test_what_is_refused(arguments: tuple[str, ...], said: str) -> None:
    done = run("worksheet", *arguments)
    assert done.code == 2, done
    assert said in done.err
    assert "Traceback" not in done.err
    assert not here()


def test_part_of_what_is_too_much_to_ask_has_a_sheet() -> None:
    """The 4 numbers of scale and of shift of a layer with two rows of four, and their gradients."""
    good("worksheet", "transformer-block", "--layer", "5", "-o", "a.md")
    sheet = Path("a.md").read_text(encoding="utf-8")
    assert "A_{521}" in sheet
    assert r"\gamma_{54}" in sheet
    assert "Z_{611}" not in sheet


def test_a_missing_library_gets_a_clear_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    done = run("worksheet", "exercise", "-o", "a.pdf")
    assert done.code == 2
    assert "pip install 'bp-tutor[paper]'" in done.err
    assert not here()
