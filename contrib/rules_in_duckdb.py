"""Eight rules of the catalogue as SQL in DuckDB, beside the program's own, on the same tables.

    cargo bench --bench rules --no-run          # says where the program is
    python contrib/rules_in_duckdb.py PROGRAM 100x10000

Both have the tables in memory and answer the same: how many are looked at, exceptions and
undetermined per instance, and every exception with its facts, sorted. Needs `duckdb` from PyPI.
"""

import subprocess
import sys
import tempfile
import time

import duckdb

# Name: (facts, population, exception); null in the exception is undetermined.
RULES = {
    "account-without-owner": (
        "active, roster_match, tier, last_active, never_active",
        "active",
        "roster_match = 'unmatched'",
    ),
    "dormant-account": (
        "active, last_active, days_inactive, never_active",
        "active",
        "CASE WHEN never_active THEN false ELSE days_inactive > 90 END",
    ),
    "unapproved-admin": (
        "active, tier, login, approved",
        "active AND tier = 0",
        "NOT approved AND (login IS NOT NULL OR NULL)",
    ),
    "admin-without-2fa": (
        "active, tier, two_factor, password_login",
        "active AND tier = 0",
        "NOT two_factor AND (password_login OR NULL)",
    ),
    "disabled-but-entitled": (
        "active, n_groups, groups, tier",
        "NOT active",
        "tier = 0 OR n_groups > 0",
    ),
    "several-accounts": (
        "active, login, roster_match, person_id, active_accounts, unknown_accounts",
        "active AND roster_match <> 'unmatched'",
        "CASE WHEN active_accounts > 1 THEN true WHEN active_accounts + unknown_accounts > 1 "
        "THEN NULL ELSE active_accounts > 1 END",
    ),
    "leaver-still-active": (
        "active, last_active, never_active, tier, roster_match, roster_status, hours_since_end",
        "active AND roster_match <> 'unmatched'",
        "roster_status = 'terminated' AND hours_since_end > 24",
    ),
    "idle-builder-seat": (
        "active, seat_reported, last_active, days_inactive, never_active",
        "seat_reported = 'builder'",
        "NOT active OR CASE WHEN never_active THEN false ELSE days_inactive > 90 END",
    ),
}

SOURCES = {
    "unapproved-admin": """(SELECT u.*, coalesce(a.email IS NOT NULL, false) AS approved FROM users u
        LEFT JOIN approved a ON a.instance = u.instance AND a.email = u.login)""",
    "several-accounts": """(SELECT u.*, c.active_accounts, c.unknown_accounts FROM users u LEFT JOIN (
        SELECT instance, person_id, count(*) FILTER (active) AS active_accounts,
               count(*) FILTER (active IS NULL) AS unknown_accounts
        FROM users WHERE person_id IS NOT NULL GROUP BY ALL) c
        ON c.instance = u.instance AND c.person_id = u.person_id)""",
}


def put(connection, name):
    """Puts one rule; gives the number of its exceptions."""
    facts, population, exception = RULES[name]
    source = SOURCES.get(name, "users")
    judged = f"""(SELECT instance, user_id AS subject_id, label AS subject, {facts}, access_path, manager,
        ({exception}) AND ({population}) AS verdict FROM {source} WHERE coalesce({population}, true))"""
    connection.execute(
        f"""SELECT instance, count(*), count(*) FILTER (verdict), count(*) FILTER (verdict IS NULL)
        FROM {judged} GROUP BY instance"""
    ).fetchall()
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE found AS SELECT * FROM {judged}
        WHERE coalesce(verdict, true) ORDER BY instance, subject_id"""
    )
    return connection.execute("SELECT count(*) FROM found WHERE verdict").fetchone()[0]


def main():
    program, size = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        out = subprocess.run(
            [program, "--bench", size, "--dump", folder], check=True, capture_output=True, text=True
        ).stdout
        print(out)
        lines = [line.split() for line in out.splitlines()]
        ours = [int(it[2]) for it in lines if it[:2] == ["eight", "rules"]]
        counts = {it[0]: int(it[1]) for it in lines if it and it[0] in RULES}
        connection = duckdb.connect()
        connection.execute("SET threads = 2")
        for table, file in [("users", "user"), ("approved", "approved")]:
            connection.execute(
                f"CREATE TABLE {table} AS SELECT * FROM read_csv('{folder}/{file}.csv', "
                "header = true, all_varchar = false, sample_size = 100000)"
            )
    theirs = []
    for _ in range(3):
        began = time.monotonic()
        found = {name: put(connection, name) for name in RULES}
        theirs.append(round(1000 * (time.monotonic() - began)))
    for name, count in found.items():
        assert count == counts[name], f"{name}: {count} in SQL, {counts[name]} in the program"
    ratio = min(ours) / min(theirs)
    print(f"eight rules: {ours} ms; DuckDB {duckdb.__version__}: {theirs} ms; ratio {ratio:.2f}")


main()
