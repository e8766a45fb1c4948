"""What is needed to run for real: image, compose file, systemd unit and secrets. No container engine is needed."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
import yaml

from bot import running
from bot.config.environment import _key
from bot.config.file import File
from bot.config.loading import load
from bot.config.reading import Secret, is_struct
from bot.door import DRAIN_S
from tests.chats.slack.workspace import CHANNEL, USERS, free_port, needs_slack, open_workspace
from tests.test_main import CONFIG

ROOT = Path(__file__).parents[1]
RUNNING = (ROOT / "docs/running.md").read_text(encoding="utf-8")
VARIABLE = re.compile(r"\bHEARD_[A-Z_]+\b")
#: How long Heard may take to stop, in seconds: the door first, and then what is on its way.
STOPPING_S = DRAIN_S + running.DRAIN.total_seconds()


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def is_understood(variable):
    return bool(_key(variable.removesuffix("_FILE"), File))


def seconds(said):
    return float(said.removesuffix("s"))


# The image


def instructions():
    """The Dockerfile's instructions with what they say, in order; each stage begins with FROM."""
    lines = [line for line in text("Dockerfile").splitlines() if line.strip() and not line.startswith("#")]
    whole = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [tuple(line.split(maxsplit=1)) for line in whole.splitlines()]


def said(word):
    return [rest for instruction, rest in instructions() if instruction == word]


def last(word):
    return said(word)[-1]


def copies():
    """Sources in the tree and where they go."""
    for rest in said("COPY"):
        words = [word for word in rest.split() if not word.startswith("--")]
        if "--from=" not in rest:
            yield words[:-1], words[-1]


def env():
    return dict(word.split("=", 1) for rest in said("ENV") for word in rest.split())


def is_sent(path):
    """Whether .dockerignore lets a path into the build: the last pattern that matches it, or a folder above, decides."""
    path, is_kept = Path(path), True
    for line in text(".dockerignore").splitlines():
        if not line or line.startswith("#"):
            continue
        pattern = re.escape(line.lstrip("!")).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
        if any(re.fullmatch(pattern, each.as_posix()) for each in (path, *path.parents[:-1])):
            is_kept = line.startswith("!")
    return is_kept


def test_everything_that_is_copied_is_there_and_is_sent_to_the_build():
    for sources, _ in copies():
        for source in sources:
            assert (ROOT / source).exists(), source
            assert is_sent(source), source
    assert is_sent("bot/core/catalogs/pt.po")
    assert is_sent("templates/replies/pt/heard-delay.md.j2")


@pytest.mark.parametrize(
    "path",
    [
        *(".env", "heard.toml", ".git/config", "secrets/slack-bot-token", "data/cases/1.json", "heard-data/room.json"),
        *("tests/conftest.py", ".venv/bin/python", "docs/running.md", "deploy/heard.service", "compose.yaml"),
        *("bot/__pycache__/ports.cpython-311.pyc", "adapters/chats/__pycache__/x.pyc", "requirements-dev.lock"),
    ],
)
def test_data_secrets_and_what_is_not_needed_stay_outside(path):
    assert not is_sent(path)


def test_the_image_is_a_plain_python_and_names_no_registry():
    images = {rest.split()[0] for rest in said("FROM")}
    assert images == {"python:3.11-slim"}
    for name in ("Dockerfile", "compose.yaml", "deploy/heard.service", "deploy/heard", "deploy/healthy.py"):
        assert "://" not in re.sub(r"http://\{", "", text(name)), name


def test_every_package_is_locked_with_hashes_and_installed_so():
    (install,) = [rest for rest in said("RUN") if " install --no-cache-dir" in rest]
    assert "--require-hashes" in install
    assert "requirements.lock" in install
    packages = re.sub(r" \\\n\s+", " ", text("requirements.lock")).strip().splitlines()
    assert len(packages) > 20
    for package in packages:
        assert re.match(r"[A-Za-z0-9._-]+==\S+ ", package), package
        assert "--hash=sha256:" in package, package


def test_the_container_runs_as_a_fixed_number_that_is_not_root():
    uid, _, gid = last("USER").partition(":")
    assert int(uid) >= 10_000
    assert any(f"--uid {uid}" in rest and f"--gid {gid}" in rest.replace("groupadd", "") for rest in said("RUN"))


def test_heard_is_what_starts_and_the_signal_to_stop_reaches_it():
    assert json.loads(last("ENTRYPOINT")) == ["heard"]
    assert json.loads(last("CMD")) == ["run", "--config", "/config/heard.toml"]
    assert last("STOPSIGNAL") == "SIGTERM"
    assert last("WORKDIR") == "/config"
    assert (["deploy/heard"], "/usr/local/bin/heard") in list(copies())
    assert os.access(ROOT / "deploy/heard", os.X_OK)
    assert "\nexec python -m bot" in text("deploy/heard")


def test_the_images_variables_are_settings_and_its_data_is_a_volume():
    ours = [name for name in env() if name.startswith("HEARD_")]
    assert all(map(is_understood, ours))
    assert json.loads(last("VOLUME")) == [env()["HEARD_DATA"]]


@pytest.fixture
def image(tmp_path):
    """The files of the image as its COPY instructions lay them, in a folder; and a way to run a command in it."""
    root = tmp_path / "image"
    for sources, target in copies():
        for source in map(ROOT.joinpath, sources):
            to = root / target.lstrip("/")
            if source.is_dir():
                shutil.copytree(source, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                to = to / source.name if target.endswith("/") else to
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, to)
    for folder in ("config", "data", "run/secrets"):
        (root / folder).mkdir(parents=True)
    (root / "config/heard.toml").write_text(CONFIG, encoding="utf-8")
    return Image(root)


class Image:
    def __init__(self, root):
        self.root = root

    def begin(self, *command, **more):
        """Starts a command with the variables of the image, whose folders are below our root."""
        inside = {name: value.replace("/data", f"{self.root}/data") for name, value in env().items()}
        path = f"{self.root}/usr/local/bin:{Path(sys.executable).parent}:/usr/bin:/bin"
        return subprocess.Popen(
            command,
            cwd=self.root / "config",
            env=inside | {"PATH": path, "PYTHONPATH": f"{self.root}/app"} | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def run(self, *command, **more):
        with self.begin(*command, **more) as process:
            out, _ = process.communicate(timeout=120)
        return process.returncode, out

    def health(self, **more):
        """What the image's own HEALTHCHECK answers."""
        command = json.loads(last("HEALTHCHECK").partition("CMD ")[2])
        return self.run(*(word.replace("/config", f"{self.root}/config") for word in command), **more)[0]

    def files(self):
        return {file for file in self.root.rglob("*") if "data" not in file.relative_to(self.root).parts}


def test_the_containers_health_is_what_its_own_door_says_and_sigterm_ends_it_in_order(image):
    before = image.files()
    door = {"HEARD_DOOR__PORT": str(free_port())}
    assert image.health(**door) == 1
    process = image.begin(*json.loads(last("ENTRYPOINT")), "run", **door)
    try:
        for _ in range(200):
            if not image.health(**door):
                break
            time.sleep(0.1)
        assert image.health(HEARD_DOOR__HOST="0.0.0.0", **door) == 0
        assert list((image.root / "data").iterdir())
    finally:
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0, out
    assert "stopped" in out
    assert image.health(**door) == 1
    assert image.files() == before, "the container's own files are read-only"


def test_a_shut_door_cannot_be_asked_so_that_the_process_is_the_health(image):
    assert image.health(HEARD_DOOR__ENABLED="false") == 0
    (image.root / "config/heard.toml").write_text("brand = 1", encoding="utf-8")
    assert image.health(HEARD_DOOR__ENABLED="false") == 1


@needs_slack
@pytest.mark.xdist_group("slack")
async def test_heard_check_in_the_container_reads_its_secrets_from_files(image, tmp_path):
    import asyncio

    account = f'roles = ["lead"]\naccounts = {{ slack = "{USERS["lia"]}" }}'
    settings = f'chat = "slack"\n{CONFIG}'.replace('roles = ["lead"]', account)
    (image.root / "config/heard.toml").write_text(settings, encoding="utf-8")
    secrets = {}
    for variable, path in service()["environment"].items():
        if variable.endswith("_FILE"):
            file = image.root / path.lstrip("/")
            file.write_text("xoxb-test-token\n" if "BOT" in variable else "xapp-test-token\n", encoding="utf-8")
            secrets[variable] = str(file)
    async with open_workspace(tmp_path / "workspace") as slack:
        about = {"HEARD_SLACK__API": slack.api, "HEARD_SLACK__CHANNEL": CHANNEL, "HEARD_DOOR__PORT": str(free_port())}
        done, out = await asyncio.to_thread(image.run, "heard", "check", **about, **secrets)
    assert done == 0, out
    assert "ok    slack      in #crisis" in out
    assert "test-token" not in out


# Compose


def on_discord(name):
    """The file as its comments tell a committee on Discord to change it."""
    kept = [line for line in text(name).splitlines() if "slack" not in line.casefold() or line.lstrip().startswith("#")]
    theirs = r"^(\s*)# (?=secrets: |discord-token: |HEARD_DISCORD|LoadCredential=discord|Environment=HEARD_DISCORD)"
    return re.sub(theirs, r"\1", "\n".join(kept), flags=re.MULTILINE)


def compose(read=text):
    return yaml.safe_load(read("compose.yaml"))


def service(read=text):
    return compose(read)["services"]["heard"]


def test_the_service_may_do_nothing_that_it_need_not():
    heard = service()
    assert heard["read_only"] is True
    assert heard["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in heard["security_opt"]
    assert not {"privileged", "cap_add", "user", "network_mode", "pid"} & set(heard)
    assert [each.partition(":")[0] for each in heard["tmpfs"]] == ["/tmp"]
    assert {"mem_limit", "pids_limit"} <= set(heard)


def test_the_service_comes_back_and_has_time_to_end():
    assert service()["restart"] == "unless-stopped"
    assert seconds(service()["stop_grace_period"]) > STOPPING_S


def test_the_door_is_published_to_this_machine_alone():
    (port,) = service()["ports"]
    host, _, inside = port.rsplit(":", 2)
    assert host == "127.0.0.1"
    assert inside == last("EXPOSE")


def test_the_services_folders_are_those_of_the_image():
    volumes = dict(each.split(":")[:2][::-1] for each in service()["volumes"])
    assert volumes == {"/config/heard.toml": "./heard.toml", env()["HEARD_DATA"]: "data"}
    assert "./heard.toml:/config/heard.toml:ro" in service()["volumes"]
    assert "data" in compose()["volumes"]


@pytest.mark.parametrize("read", [text, on_discord])
def test_every_secret_of_the_service_comes_from_a_file_that_is_declared(read):
    heard, declared = service(read), compose(read)["secrets"]
    paths = [value for name, value in heard["environment"].items() if name.endswith("_FILE")]
    assert sorted(paths) == sorted(f"/run/secrets/{name}" for name in heard["secrets"])
    assert {name: each["file"] for name, each in declared.items()} == {
        name: f"./secrets/{name}" for name in heard["secrets"]
    }


def test_a_committee_on_discord_has_one_secret():
    assert service(on_discord)["secrets"] == ["discord-token"]
    assert "HEARD_DISCORD__TOKEN_FILE" in service(on_discord)["environment"]
    assert unit(on_discord)["LoadCredential"] == ["discord-token:/etc/heard/discord-token"]


@pytest.mark.parametrize("name", ["compose.yaml", "deploy/heard.service", "Dockerfile", ".env.example"])
def test_every_variable_is_a_setting_even_in_a_comment(name):
    assert (found := set(VARIABLE.findall(text(name))))
    assert all(map(is_understood, found)), found


# The systemd unit


def unit(read=text):
    """The unit's keys with everything that is said for each, in order."""
    keys = defaultdict(list)
    for line in read("deploy/heard.service").splitlines():
        if line and not line.startswith(("#", "[")):
            key, _, value = line.partition("=")
            keys[key].append(value)
    return keys


def test_the_unit_starts_heard_and_starts_it_again_unless_its_settings_are_wrong():
    keys = unit()
    assert keys["ExecStart"] == ["/opt/heard/.venv/bin/heard run --config /etc/heard/heard.toml"]
    assert keys["Restart"] == ["on-failure"]
    assert keys["RestartPreventExitStatus"] == ["2"]
    assert float(keys["TimeoutStopSec"][0]) > STOPPING_S


def test_the_unit_takes_from_heard_what_it_need_not_have():
    keys = unit()
    on = ("DynamicUser", "NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "PrivateUsers")
    assert all(keys[key] == ["yes"] for key in (*on, "RestrictNamespaces", "MemoryDenyWriteExecute"))
    assert keys["ProtectSystem"] == ["strict"]
    assert keys["StateDirectory"] == ["heard"]
    assert set(keys["RestrictAddressFamilies"][0].split()) == {"AF_INET", "AF_INET6", "AF_UNIX"}
    assert keys["SystemCallFilter"][0] == "@system-service"
    assert keys["CapabilityBoundingSet"] == [""]
    assert "MemoryMax" in keys


@pytest.mark.parametrize("read", [text, on_discord])
def test_every_token_of_the_unit_is_a_credential(read):
    keys = unit(read)
    loaded = [each.partition(":")[0] for each in keys["LoadCredential"]]
    said = dict(word.split("=", 1) for value in keys["Environment"] for word in value.split())
    files = {name: value for name, value in said.items() if name.endswith("_FILE")}
    assert sorted(files.values()) == sorted(f"%d/{name}" for name in loaded)
    assert said["HEARD_DATA"] == "%S/heard"


def test_systemd_itself_finds_nothing_to_say_where_it_is_there(tmp_path):
    """Where systemd is not installed the tests above are all there is; that is no reason to fail or to skip."""
    file = tmp_path / "heard.service"
    file.write_text(
        text("deploy/heard.service").replace("/opt/heard/.venv/bin/heard", sys.executable), encoding="utf-8"
    )
    analyze = shutil.which("systemd-analyze")
    for what in (["verify"], ["security", "--offline=true", "--no-pager", "--threshold=20"]) if analyze else ():
        looked = subprocess.run([analyze, *what, file], capture_output=True, text=True, timeout=60, check=False)
        assert looked.returncode == 0, looked.stdout + looked.stderr


# Secrets


def secrets_of(shape, start="HEARD"):
    """The variables of all settings that are secrets."""
    for name, hint in get_type_hints(shape).items():
        variable = f"{start}__{name.upper()}" if start != "HEARD" else f"HEARD_{name.upper()}"
        if is_struct(hint):
            yield from secrets_of(hint, variable)
        elif Secret in (hint, *get_args(hint)):
            yield variable


def test_every_secret_has_its_variable_and_a_sentence_and_no_value():
    lines = text(".env.example").splitlines()
    assert lines == [line for line in lines if not line or line.startswith("#") or line.endswith("=")]
    found = {line.removesuffix("=") for line in lines if line.endswith("=")}
    assert found == set(secrets_of(File))
    for before, line in zip(lines, lines[1:], strict=False):
        assert not line.endswith("=") or re.match(r"# \S.*\.$", before), line


def test_an_example_that_was_not_filled_in_changes_nothing(tmp_path):
    file = tmp_path / "heard.toml"
    file.write_text(CONFIG, encoding="utf-8")
    empty = {line.removesuffix("="): "" for line in text(".env.example").splitlines() if line.endswith("=")}
    assert load(file, empty) == load(file, {})


def test_secrets_and_settings_stay_out_of_the_history():
    ignored = text(".gitignore").splitlines()
    assert {".env", "/heard.toml", "/heard-data/", "/secrets/"} <= set(ignored)


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "deploy/heard.service", ".env.example"])
def test_each_file_is_spoken_of_in_the_guide(name):
    assert f"](../{name})" in RUNNING
