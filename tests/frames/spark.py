"""PySpark in local mode, where there is Java; one session for all tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from functools import cache
from typing import Any

import pyarrow as pa
import pytest

from .engines import Engine, Row

NO_JAVA = "PySpark needs Java 17 or newer: install one (Debian: openjdk-17-jre-headless)"


def has_java() -> bool:
    java = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else ""
    found = shutil.which(java or "java")
    if found is None:
        return False
    return subprocess.run([found, "-version"], capture_output=True, check=False).returncode == 0


FOR_SMALL_TABLES = (
    # They never earn back what optimizing compilers cost, nor the check of all of Spark's code.
    *("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
    *("-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote"),
)


@cache
def session() -> Any:
    if not has_java():
        if os.environ.get("CI") == "true":
            pytest.fail(NO_JAVA)
        pytest.skip(NO_JAVA)
    from pyspark.sql import SparkSession

    _look_up_once()
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")  # pyspark's own, about the newest pandas
        patch.setenv("LC_ALL", "C.UTF-8")  # else Java can't read a path with accents
        return (
            SparkSession.builder.master("local[2]")
            .appName("partner_comms")
            .config("spark.driver.extraJavaOptions", " ".join(FOR_SMALL_TABLES))
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.default.parallelism", "1")
            .config("spark.sql.adaptive.enabled", "false")  # it gains nothing on small tables
            # No line number for each expression, which is several calls of the JVM; no plan for
            # a page that nobody opens.
            .config("spark.python.sql.dataFrameDebugging.enabled", "false")
            .config("spark.sql.ui.explainMode", "simple")
            .getOrCreate()
        )


def _look_up_once() -> None:
    """PySpark asks the JVM for a function each time that it calls it: a sixth of its time."""
    from py4j.java_gateway import JavaClass, JVMView  # type: ignore[import-untyped]

    for kind in (JavaClass, JVMView):
        kind.__getattr__ = cache(kind.__getattr__)


def _make(source: pa.Table) -> Any:
    return session().createDataFrame(source)


def _rows(frame: Any) -> list[Row]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # older pyspark leaves its socket open
        return [row.asDict() for row in frame.collect()]


SPARK = Engine("PySpark", _make, _rows, ordered=False)
