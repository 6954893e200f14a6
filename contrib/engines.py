"""Every rule of the catalogue in DuckDB or Spark, on what the benchmark of the rules has written.

    cargo bench --bench rules -- 100x10000 --dump DIR
    python contrib/engines.py DIR duckdb        # or spark, with two cores
    python contrib/engines.py DIR duckdb 12     # twelve months of the same, in one set of tables

Prints seconds and the peak of memory, and ends with an error where the numbers of exceptions or of
undetermined subjects are not those that the benchmark's own engine found. Needs `duckdb` or
`pyspark` from PyPI.
"""

import json
import pathlib
import resource
import sys
import time

FOLDER, ENGINE = pathlib.Path(sys.argv[1]), sys.argv[2]
MONTHS = int(sys.argv[3]) if len(sys.argv) > 3 else 1
QUERIES = json.loads((FOLDER / f"{ENGINE}.json").read_text())
TABLES = {it.stem: it for it in sorted((FOLDER / "tables").glob("*.parquet"))}
# Which month it is stands before the instance, so that no month meets another.
MONTH = "concat(CAST(m.month AS STRING), ' ', t.instance)"


def months():
    """A table of the months, in SQL."""
    return "(" + " UNION ALL ".join(f"SELECT {it} AS month" for it in range(MONTHS)) + ")"


def duckdb():
    """Runs a query with DuckDB."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET TimeZone = 'UTC'")
    for table, path in TABLES.items():
        month = MONTH.replace("STRING", "VARCHAR")
        connection.execute(
            f"""CREATE VIEW "{table}" AS SELECT t.* REPLACE ({month} AS instance)
            FROM read_parquet('{path}') AS t, {months()} AS m"""
        )
    return lambda sql: connection.execute(sql).fetchall()


def spark():
    """Runs a query with Spark."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.memory", "8g").config("spark.sql.shuffle.partitions", "4")
    session = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    for table, path in TABLES.items():
        frame = session.read.parquet(str(path))
        frame.createOrReplaceTempView("one_month")
        columns = ", ".join(
            f"{MONTH} AS instance" if it == "instance" else f"t.`{it}`" for it in frame.columns
        )
        frame = session.sql(f"SELECT {columns} FROM one_month AS t CROSS JOIN {months()} AS m")
        frame.createOrReplaceTempView(f"`{table}`")
    return lambda sql: session.sql(sql).collect()


def main():
    run = {"duckdb": duckdb, "spark": spark}[ENGINE]()
    outcomes = run(
        """SELECT rule_code, SUM(population), SUM(exceptions + waived), SUM(undetermined)
        FROM outcomes GROUP BY rule_code"""
    )
    wanted = {it[0]: [int(number) for number in it[1:]] for it in outcomes}
    rows = run("SELECT COUNT(*) FROM users")[0][0]
    began = time.monotonic()
    for code, sql in QUERIES.items():
        [found] = run(
            f"""SELECT COUNT(*), COUNT(CASE WHEN verdict THEN 1 END),
            COUNT(CASE WHEN verdict IS NULL THEN 1 END) FROM ({sql}) AS judged"""
        )
        assert list(found) == wanted[code], f"{code}: {list(found)} here, {wanted[code]} reported"
    seconds = time.monotonic() - began
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    peak = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children) // 1024
    memory = f"{peak} MiB" if ENGINE == "duckdb" else "its own 8 GiB at most"
    print(f"{ENGINE}: {len(QUERIES)} rules on {rows} accounts in {seconds:.1f} s, {memory}")


main()
