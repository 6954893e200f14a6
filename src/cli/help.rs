//! What each page of help ends with: examples, and the exit codes.

/// Examples, and the exit codes behind them.
macro_rules! with_codes {
    ($examples:literal) => {
        concat!(
            "Examples:\n",
            $examples,
            "\n\nExit codes: 0 done; 1 done, and there are findings as --fail-on says, faults as verify \
             and prune say, changes as diff --exit-code says, lines that review refuses or that are overdue, or something overdue as status --exit-code says; 2 wrong usage or configuration; 3 the evidence is incomplete; 4 something could not be read, written or \
             reached; 130 stopped by SIGINT; 143 stopped by SIGTERM."
        )
    };
}

/// What follows the options on the whole program's page.
pub(super) const WHOLE: &str = with_codes!(
    "  retool-audit demo      a whole pack from invented data, without any account\n  retool-audit init      a first configuration\n  retool-audit check     what each token may, and what a run would be\n  retool-audit run       the evidence of this month"
);

/// The end of the page of `init`.
pub(super) const INIT: &str = with_codes!(
    "  retool-audit init\n  retool-audit init --yes --organization Acme --domain acme.example \\\n      --instance cloud=https://acme.retool.com --roster people.csv"
);

/// The end of the page of `run`.
pub(super) const RUN: &str =
    with_codes!("  retool-audit run --fail-on high\n  retool-audit run --deadline 90m");

/// The end of the page of `demo`.
pub(super) const DEMO: &str =
    with_codes!("  retool-audit demo\n  retool-audit demo --every-rule --out somewhere");

/// The end of the page of `snapshot`.
pub(super) const SNAPSHOT: &str = with_codes!("  retool-audit snapshot");

/// The end of the page of `check`.
pub(super) const CHECK: &str = with_codes!(
    "  retool-audit check\n  retool-audit check --quiet\n  retool-audit check --notify"
);

/// The end of the page of `import`.
pub(super) const IMPORT: &str =
    with_codes!("  retool-audit import saved --collected-at 2026-11-02T06:00:00Z");

/// The end of the page of `report`.
pub(super) const REPORT: &str = with_codes!(
    "  retool-audit report evidence/snapshots/20261102T060000Z\n  retool-audit report evidence/2026-11/20261102T060000Z-1f3a9c02 --out again"
);

/// The end of the page of `diff`.
pub(super) const DIFF: &str = with_codes!(
    "  retool-audit diff evidence/2026-10/20261005T060000Z-5e2b77d0 evidence/2026-11/20261102T060000Z-1f3a9c02"
);

/// The end of the page of `coverage`.
pub(super) const COVERAGE: &str =
    with_codes!("  retool-audit coverage\n  retool-audit coverage --from 2026-01 --to 2026-12");

/// The end of the page of `status`.
pub(super) const STATUS: &str =
    with_codes!("  retool-audit status\n  retool-audit status --exit-code --format json");

/// The end of the page of `sample`.
pub(super) const SAMPLE: &str = with_codes!(
    "  retool-audit sample --of leavers --size 25 --seed 'Auditor LLP 2026-H2'\n  retool-audit sample --of changes --seed 7 --from 2026-07 --to 2026-12"
);

/// The end of the page of `lake`.
pub(super) const LAKE: &str = with_codes!(
    "  retool-audit lake add evidence\n  retool-audit lake check\n  retool-audit lake views --engine spark"
);

/// The end of the pages of `store`.
pub(super) const STORE: &str = with_codes!("  retool-audit store push");

/// The end of the page of `prune`.
pub(super) const PRUNE: &str = with_codes!(
    "  retool-audit prune --keep-months 36 --dry-run\n  retool-audit prune --keep-months 36\n  retool-audit prune --keep-months 24 --keep-reports"
);

/// The end of the page of `sign`.
pub(super) const SIGN: &str = with_codes!(
    "  retool-audit sign evidence/2026-11/20261102T060000Z-1f3a9c02 --key ~/.ssh/id_ed25519\n  retool-audit sign evidence/2026-11/* --timestamp https://tsa.acme.example/tsr"
);

/// The end of the page of `verify`.
pub(super) const VERIFY: &str = with_codes!(
    "  retool-audit verify evidence\n  retool-audit verify s3://acme-evidence/retool\n  retool-audit verify evidence/2026-11/20261102T060000Z-1f3a9c02 --replay --reperform"
);

/// The end of the pages of `review`.
pub(super) const REVIEW: &str = with_codes!(
    "  retool-audit review open\n  retool-audit review import sent-back/*.xlsx\n  retool-audit review status --remind\n  retool-audit review plan\n  retool-audit review sign --name 'Ana Example' --role CISO --statement all-decided"
);

/// The end of the page of `waive`.
pub(super) const WAIVE: &str =
    with_codes!("  retool-audit waive F-e1ba0755fdfb\n  retool-audit waive F-e1ba0755fdfb --write");

/// The end of the page of `answer`.
pub(super) const ANSWER: &str = with_codes!("  retool-audit answer TOK-01 legacy");

/// The end of the page of `rules`.
pub(super) const RULES: &str = with_codes!(
    "  retool-audit rules\n  retool-audit rules explain dormant-account\n  retool-audit rules sql dormant-account --dialect spark\n  retool-audit rules check rules/own.toml"
);

/// The end of the page of `templates`.
pub(super) const TEMPLATES: &str = with_codes!("  retool-audit templates export own-templates");

/// The end of the page of `manual`.
pub(super) const MANUAL: &str = with_codes!(
    "  retool-audit manual > retool-audit.1\n  retool-audit manual bash > /etc/bash_completion.d/retool-audit"
);
