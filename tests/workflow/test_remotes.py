"""A push and a pull through each kind of remote that the documentation names, by real servers on this machine.

The SSH server is Debian's openssh-server; moto's server stands in for S3. What is kept is small and simulated:
what a figure needs of pulled outcomes is tested with a whole study elsewhere.
"""

import getpass
import os
import shutil
import socket
import subprocess
import time

import pytest
from clones import Repository
from conftest import installed

NEEDS_SSH = pytest.mark.needs("sshd", "ssh-keygen", package="openssh-server")
pytestmark = pytest.mark.long


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@pytest.fixture(scope="module")
def ssh(tmp_path_factory):
    """A folder on this machine through an SSH server of our own: address, options and environment of a remote."""
    if os.geteuid():
        pytest.skip("an SSH server of our own needs root")
    folder = tmp_path_factory.mktemp("ssh")
    folder.chmod(0o700)
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)], check=True)
    (folder / "authorized").write_text((folder / "user.pub").read_text(encoding="utf-8"), encoding="utf-8")
    port = free_port()
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\n"
        f"PidFile {folder}/pid\nPermitRootLogin prohibit-password\nPasswordAuthentication no\nStrictModes no\n"
        "UsePAM no\nSubsystem sftp internal-sftp\n",
        encoding="utf-8",
    )
    os.makedirs("/run/sshd", exist_ok=True)
    server = subprocess.Popen(
        [installed("sshd"), "-D", "-e", "-f", str(folder / "sshd_config")], stderr=subprocess.DEVNULL
    )
    for _ in range(100):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    (folder / "store").mkdir()
    yield f"ssh://{getpass.getuser()}@127.0.0.1:{port}{folder}/store", {"keyfile": str(folder / "user")}, {}
    server.terminate()
    server.wait()


@pytest.fixture(scope="module")
def s3():
    """A bucket of moto's server, which stands in for S3."""
    import boto3
    from moto.server import ThreadedMotoServer

    port = free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    address = f"http://127.0.0.1:{port}"
    keys = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "us-east-1"}
    client = boto3.client(
        "s3", endpoint_url=address, aws_access_key_id="any", aws_secret_access_key="any", region_name="us-east-1"
    )
    client.create_bucket(Bucket="results")
    yield "s3://results/learnorder", {"endpointurl": address}, keys
    server.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A folder that several people have."""
    return str(tmp_path_factory.mktemp("shared")), {}, {}


@pytest.fixture(scope="module")
def made(finished, tmp_path_factory):
    """A repository with results that DVC keeps, and no store of its own."""
    made = finished.copied(tmp_path_factory.mktemp("made") / "clone")
    shutil.rmtree(made.folder / "published")
    made.commit()
    return made


@pytest.mark.parametrize("kind", ["shared", pytest.param("ssh", marks=NEEDS_SSH), "s3"])
def test_what_is_pushed_is_pulled_by_a_clone_elsewhere_that_draws_a_figure(kind, made, tmp_path, request):
    url, options, environment = request.getfixturevalue(kind)

    def with_remote(repository):
        repository.dvc("remote", "add", "--local", kind, url)
        for option, value in options.items():
            repository.dvc("remote", "modify", "--local", kind, option, value)
        return repository

    with_remote(made).dvc("push", "--remote", kind, "outcomes@tiny", **environment)
    clone = with_remote(Repository(tmp_path / "clone", of=str(made.folder)))
    assert not (clone.folder / "results").exists()
    clone.dvc("pull", "--remote", kind, "outcomes@tiny", **environment)
    assert clone.files() == {path: held for path, held in made.files().items() if "outcomes" in path}
    clone.study = made.study | {"figures": ["bimodality"]}
    clone.study["collections"][0]["architecture"] = ["linear"]
    assert clone.run("bimodality")[1] == ["Drawing bimodality", "Measuring linear"]
    # Keys and addresses stay on this machine.
    assert clone.git("status", "--porcelain").split(maxsplit=1) == ["M", f'"{clone.configfile}"\n']
