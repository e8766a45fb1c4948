"""The command line, as a real process."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONFIG = """
brand = "Loja Aurora"
language = "en"
zone = "America/Sao_Paulo"
data = "data"

[[committee]]
id = "ana"
name = "Ana Souza"
roles = ["community-manager"]

[[committee]]
id = "lia"
name = "Lia"
roles = ["lead"]
"""


def environment(**more):
    home = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return home | more


def heard(*arguments, told="", cwd=ROOT, **env):
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        input=told,
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=120,
        check=False,
        env=environment(**env),
        encoding="utf-8",
    )


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


class Running:
    """``heard run`` as a child process that is spoken to line by line."""

    def __init__(self, config):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--config", str(config)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            encoding="utf-8",
        )

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def until(self, words):
        """Reads until a line has these words; the process ending is a failure."""
        while line := self.process.stdout.readline():
            if words in line:
                return line
        raise AssertionError(f"it ended without “{words}”: {self.process.stderr.read()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


def test_with_nothing_on_standard_input_the_sample_story_is_played():
    played = heard("demo")
    assert played.returncode == 0, played.stderr
    assert "ana closed #1" in played.stdout
    assert "The light is green" in played.stdout
    assert not played.stderr


def test_a_story_on_standard_input_is_played():
    played = heard("demo", told='facebook: "Não chegou" (João)\nana> claim 1\n')
    assert played.returncode == 0
    assert "10:00 #1 thread: ana has #1." in played.stdout


def test_a_line_that_is_no_story_line_ends_it_with_2_and_its_number():
    played = heard("demo", told='# a comment\nfacebook: "x" (y)\nfoo bar\n')
    assert played.returncode == 2
    assert played.stderr.startswith("line 3: ")


def test_the_same_story_gives_the_same_bytes_on_every_machine():
    story = (ROOT / "tests/stories/11-the-digest.txt").read_text(encoding="utf-8")
    here = heard("demo", told=story, TZ="America/Sao_Paulo", LC_ALL="C", PYTHONHASHSEED="1")
    there = heard("demo", told=story, TZ="Asia/Tokyo", LC_ALL="C.UTF-8", PYTHONHASHSEED="2")
    assert here.returncode == 0
    assert here.stdout == there.stdout


@pytest.mark.parametrize("language", ["pt", "es", "pl"])
def test_the_demo_speaks_every_language(language):
    played = heard("demo", "--language", language)
    assert played.returncode == 0
    assert "Next:" not in played.stdout


def test_a_machine_with_another_encoding_gives_the_same_bytes():
    story = 'facebook: "Paczka nie przyszła 😀\u2028do mnie" (Zoë)\n'
    here, there = heard("demo", told=story), heard("demo", told=story, PYTHONIOENCODING="latin-1")
    assert here.stdout == there.stdout
    assert "przyszła 😀" in there.stdout


@pytest.mark.parametrize(
    "story",
    [
        '=0001-01-01T00:00:00+00:00\nfacebook: "x"\n',
        'facebook 9999w: "x"\n=2026\n',
        "=2999-12-31T00:00:00+00:00\n+2d\n",
        "=2999-12-31T00:00:00+00:00\ndown 9999w9999w9999w9999w\n",
        '=1900-01-05T00:00:00+00:00\nfacebook 4w ago: "x"\n',
    ],
)
def test_a_story_beyond_the_calendar_ends_with_2(story):
    played = heard("demo", told=story)
    assert (played.returncode, "Traceback" in played.stderr) == (2, False)


def test_a_closed_standard_input_plays_the_sample_story():
    command = f"{sys.executable} -m bot demo <&-"
    played = subprocess.run(
        ["sh", "-c", command], capture_output=True, cwd=ROOT, timeout=120, check=False, env=environment()
    )
    assert played.returncode == 0
    assert b"card #1" in played.stdout


def test_a_data_folder_that_cannot_be_used_is_one_clear_sentence(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    played = heard("demo", "--data", tmp_path / "file" / "data", told="ana> list\n")
    assert played.returncode == 1
    assert "Traceback" not in played.stderr


def test_complaints_from_a_file_are_added(tmp_path):
    file = tmp_path / "complaints.csv"
    file.write_text("canal,autor,texto\nfacebook,Rita,O aparelho parou\n", encoding="utf-8")
    played = heard("demo", "--complaints", file, told="ana> claim 1\n")
    assert played.returncode == 0, played.stderr
    assert "“O aparelho parou” (Rita" in played.stdout


def test_a_complaints_file_that_cannot_be_read_is_refused_with_its_line(tmp_path):
    file = tmp_path / "complaints.jsonl"
    file.write_text('{"text": "one"}\nnot json\n', encoding="utf-8")
    played = heard("demo", "--complaints", file, told="ana> list\n")
    assert played.returncode == 2
    assert "complaints.jsonl: line 2" in played.stderr


def test_the_data_of_a_demo_is_kept_where_it_is_asked_for(tmp_path):
    heard("demo", "--data", tmp_path / "kept", told='facebook: "Não chegou" (João)\n')
    kept = json.loads((tmp_path / "kept/cases/1.json").read_text(encoding="utf-8"))
    assert "Não chegou" in json.dumps(kept, ensure_ascii=False)


def test_check_says_what_is_well_and_changes_nothing(config):
    looked = heard("check", "--config", config)
    assert looked.returncode == 0, looked.stderr
    assert re.search(r"^ok +config", looked.stdout)
    assert not (config.parent / "data").exists()


def test_a_bad_configuration_is_refused_with_file_key_and_what_to_write(config):
    config.write_text(CONFIG.replace('zone = "America/Sao_Paulo"', 'zoen = "America/Sao_Paulo"'), encoding="utf-8")
    looked = heard("check", "--config", config)
    assert looked.returncode == 2
    assert "config.toml" in looked.stderr
    assert "zoen" in looked.stderr
    assert "zone" in looked.stderr


def test_a_missing_configuration_is_one_clear_sentence(tmp_path):
    looked = heard("run", "--config", tmp_path / "none.toml")
    assert looked.returncode == 2
    assert len(looked.stderr.strip().splitlines()) == 1


def test_a_broken_template_is_refused_by_check_and_at_start(config):
    folder = config.parent / "templates/pt"
    folder.mkdir(parents=True)
    (folder / "mine.md.j2").write_text("---\ntitle: x\n---\n{% for a in b %}{% endfor %}\n", encoding="utf-8")
    config.write_text('templates = "templates"\n' + CONFIG, encoding="utf-8")
    for command in ("check", "run"):
        refused = heard(command, "--config", config)
        assert refused.returncode == 1, command
        assert re.search(r"mine\.md\.j2:\d+: ", refused.stdout + refused.stderr)


def test_check_reads_every_template_as_the_careful_colleague_does(config):
    """Rules 002-10 and 004-28: own templates and parts in every language; each finding is a line with its file."""
    folder = config.parent / "templates/pt"
    (folder / "parts").mkdir(parents=True)
    blames = "---\ntitle: x\npart: empathy\n---\nSinto muito, mas a culpa é sua.\n"
    (folder / "parts/mine.md.j2").write_text(blames, encoding="utf-8")
    marked = "---\ntitle: x\nkind: wrap-up\ntone: y\nchannels: [x]\n---\nOlá, **tudo certo** com o pedido.\n"
    (folder / "marked.md.j2").write_text(marked, encoding="utf-8")
    config.write_text('templates = "templates"\n' + CONFIG, encoding="utf-8")
    looked = heard("check", "--config", config)
    assert looked.returncode == 1
    lines = looked.stdout.splitlines()
    (fault,) = [line for line in lines if line.startswith("FAIL")]
    assert re.search(r"templates: \S*mine\.md\.j2: “culpa é sua”: .*: say what", fault)
    (note,) = [line for line in lines if "marked.md.j2" in line]
    assert note.startswith("note  templates ")
    assert note.endswith("“**tudo certo**”: X does not show this as it is meant: take the signs out.")
    (folder / "parts/mine.md.j2").unlink()
    assert heard("check", "--config", config).returncode == 0


def test_import_takes_complaints_in_once(config, tmp_path):
    file = tmp_path / "complaints.csv"
    file.write_text("Mensagem;Quem\nO aparelho parou;Rita\nNão chegou;Rui\n", encoding="utf-8")
    taking = (
        "import",
        file,
        "--config",
        config,
        "--channel",
        "facebook",
        "--column",
        "text=Mensagem",
        "--column",
        "author=Quem",
    )
    first, second = heard(*taking), heard(*taking)
    assert first.stdout.startswith("2 of 2 complaints taken in"), first.stderr
    assert second.stdout.startswith("0 of 2 complaints taken in")


def test_a_room_works_and_sigterm_ends_it_in_order(config):
    with Running(config) as running:
        running.say('facebook: "Não chegou" (João) https://example.com/1')
        assert "Não chegou" in running.until("card #1")
        running.say("ana> claim 1")
        running.until("to ana: Noted.")
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=60) == 0
    with Running(config) as running:
        running.say("ana> show 1")
        assert "in hand" in running.until("to ana: #1 Facebook")


def test_a_second_process_on_the_same_data_is_refused_with_a_clear_sentence(config):
    with Running(config) as running:
        running.say("ana> list")
        running.until("Open cases")
        second = heard("run", "--config", config)
        assert second.returncode == 1
        assert "Another Heard is running on the data in" in second.stderr
        assert heard("check", "--config", config).returncode == 0


def test_a_backup_can_be_taken_while_the_bot_runs_and_be_restored(config, tmp_path):
    with Running(config) as running:
        running.say('facebook: "Não chegou" (João)')
        running.until("card #1")
        running.say("ana> claim 1")
        running.until("to ana: Noted.")
        copied = heard("backup", tmp_path / "copy", "--config", config)
        assert copied.returncode == 0, copied.stderr
    shutil.rmtree(tmp_path / "data")
    shutil.move(tmp_path / "copy", tmp_path / "data")
    with Running(config) as running:
        running.say("ana> show 1")
        assert "in hand" in running.until("to ana: #1 Facebook")


def test_a_backup_never_overwrites(config, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy/precious").write_text("x", encoding="utf-8")
    refused = heard("backup", tmp_path / "copy", "--config", config)
    assert refused.returncode == 1
    assert "not empty" in refused.stderr


def test_a_line_that_is_no_line_does_not_end_the_room(config):
    with Running(config) as running:
        running.say("gibberish")
        running.say("+2h")
        running.say("ana> list")
        running.until("Open cases")


def test_help_is_quick_because_it_imports_nothing_heavy():
    """The budget itself is measured by ``make bench``."""
    code = "import sys, bot.__main__ as m\ntry: m.main(['--help'])\nexcept SystemExit: pass\nprint([n for n in ('textual','jinja2','tinydb','babel','slack_bolt','discord','apscheduler','aiohttp','msgspec') if n in sys.modules])"
    asked = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=True,
        env=environment(),
    )
    assert asked.stdout.strip().endswith("[]")


def test_logs_hold_no_words_of_customers_and_no_names(config):
    with Running(config) as running:
        running.say('facebook: "Meu CPF é 111.444.777-35" (João Prado)')
        running.until("card #1")
        running.process.send_signal(signal.SIGTERM)
        _, logged = running.process.communicate(timeout=60)
    assert logged
    assert "CPF" not in logged
    assert "João" not in logged
