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
# Which month it is stands before the instance and in the numbers of rows, so that no month meets
# another.
MONTHLY = {
    "instance": "concat(CAST(m.month AS STRING), ' ', t.instance)",
    "account": "t.account + CAST(m.month AS BIGINT) * 1000000000",
    "group": "t.`group` + CAST(m.month AS BIGINT) * 1000000000",
}


def monthly(column, kind, quote):
    """A column of one of the months, in SQL; texts go by the names of numbers in some tables."""
    name = f"{quote}{column}{quote}"
    is_text = str(kind).lower() in ("varchar", "string")
    of_month = MONTHLY.get(column) if is_text == (column == "instance") else None
    return (of_month or f"t.{name}").replace("`", quote) + f" AS {name}"


def duckdb():
    """Runs a query with DuckDB."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET TimeZone = 'UTC'")
    for table, path in TABLES.items():
        read = f"read_parquet('{path}') AS t"
        found = connection.execute(f"SELECT * FROM {read} LIMIT 0").description
        columns = ", ".join(monthly(it[0], it[1], quote='"') for it in found)
        connection.execute(
            f"""CREATE VIEW "{table}" AS SELECT {columns.replace("STRING", "VARCHAR")}
            FROM {read}, (SELECT UNNEST(RANGE({MONTHS})) AS month) AS m"""
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
        columns = ", ".join(monthly(*it, quote="`") for it in frame.dtypes)
        months = f"(SELECT EXPLODE(SEQUENCE(0, {MONTHS - 1})) AS month)"
        frame = session.sql(f"SELECT {columns} FROM one_month AS t CROSS JOIN {months} AS m")
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
