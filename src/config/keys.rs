//! Every key of the configuration: where it stands, what stands for it where it is left out, within
//! which bounds, and what it means. The documentation is made from it, and a test holds it against
//! what the program asks of a file.

mod instance;
mod notify;
mod store;
mod top;

/// A table of the file.
#[derive(Debug)]
pub struct KeyTable {
    /// Its header as the file writes it; empty for the keys that stand before any.
    pub header: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// The key; one of a table within the table has its name before a dot.
    pub name: &'static str,
    /// What stands for it where it is left out.
    pub default: &'static str,
    /// What it means, and within which bounds.
    pub about: &'static str,
}

const fn key(name: &'static str, default: &'static str, about: &'static str) -> Key {
    Key { name, default, about }
}

/// Every table, in the order in which a file is best written.
pub const TABLES: &[KeyTable] = &[
    top::TABLE,
    KeyTable {
        header: "[organization]",
        about: "Whose access is reviewed.",
        keys: &[
            key("name", "required", "The name on the cover."),
            key(
                "domains",
                "required",
                "The mail domains of its own people; an account under any other one is external.",
            ),
            key(
                "timezone",
                "`\"UTC\"`",
                "The zone whose midnight ends a last day, as `Europe/Berlin`.",
            ),
        ],
    },
    instance::TABLE,
    KeyTable {
        header: "[roster]",
        about: "The people who should have access; several files are several `[[roster]]` blocks. `docs/rosters.md` explains each product's export.",
        keys: &[
            key("path", "required", "A CSV file in any usual encoding, or an XLSX workbook."),
            key("sheet", "the first", "The sheet of a workbook."),
            key("encoding", "found out", "The encoding of a CSV file, as the web names it."),
            key(
                "date-order",
                "found out",
                "The order of day, month and year in dates: `\"day-first\"` or `\"month-first\"`.",
            ),
            key("as-of", "as the file states", "The day of which the file is."),
            key(
                "as-of-file-time",
                "`false`",
                "The file is of the day on which it was last written.",
            ),
            key(
                "columns",
                "by their usual names",
                "A table: for a column, such as `email` or `end-date`, the header that stands for it.",
            ),
            key("ignore-columns", "none", "Headers that are read as nothing."),
            key(
                "statuses",
                "the usual words",
                "A table: for a word of the file, `\"active\"`, `\"leave\"`, `\"terminated\"` or `\"future\"`.",
            ),
            key(
                "aliases",
                "none",
                "A table of further addresses, or the path of a file with such a table.",
            ),
            key(
                "plus-addresses",
                "`false`",
                "Takes what stands after a plus sign for no part of an address.",
            ),
        ],
    },
    KeyTable {
        header: "[waivers]",
        about: "Risks that are accepted for a time, and what a person answered: `docs/waivers.md`.",
        keys: &[key("path", "required", "A TOML file.")],
    },
    KeyTable {
        header: "[responses]",
        about: "What is answered to single findings, and what is done about them: `docs/responses.md`.",
        keys: &[key("path", "required", "A TOML file.")],
    },
    KeyTable {
        header: "[lake]",
        about: "The tables of every pack together, for engines that read them: `docs/lake.md`.",
        keys: &[key("path", "required", "A folder. `formats` must have `\"parquet\"`.")],
    },
    KeyTable {
        header: "[approvals]",
        about: "Changes that were approved since the last review.",
        keys: &[key("path", "required", "A CSV file or XLSX workbook.")],
    },
    KeyTable {
        header: "[audit]",
        about: "What the auditor looks at.",
        keys: &[key(
            "window",
            "every month that has a pack",
            "A table: the months, `{ from = \"2026-01\", to = \"2026-12\" }`. `retool-audit coverage` tells of these.",
        )],
    },
    KeyTable {
        header: "[audit.window]",
        about: "The months that the auditor looks at.",
        keys: &[
            key("from", "required", "The first month."),
            key("to", "required", "The last month."),
        ],
    },
    KeyTable {
        header: "[sign]",
        about: "Each pack is signed and time-stamped when it is made: `docs/pack.md`.",
        keys: &[
            key("key", "one of two", "The private key of SSH that signs, without a passphrase."),
            key(
                "timestamp",
                "one of two, or both",
                "The address of a time-stamping authority (RFC 3161), which is shown a hash and nothing else.",
            ),
        ],
    },
    KeyTable {
        header: "[baseline]",
        about: "The access that people are expected to have.",
        keys: &[key(
            "path",
            "required",
            "A table of instance, subject and entitlement, as CSV or XLSX.",
        )],
    },
    KeyTable {
        header: "[[excluded]]",
        about: "A Space or instance that stays out of the audit on purpose.",
        keys: &[
            key("host", "one of two", "The host of a Space."),
            key("instance", "one of two", "An instance that earlier packs have."),
            key("reason", "required", "Why; printed in the report."),
        ],
    },
    KeyTable {
        header: "[[control]]",
        about: "A control of your own, with a matrix before those of the frameworks.",
        keys: &[
            key("id", "required", "Its id."),
            key("wording", "required", "What it asks."),
            key("owner", "none", "Its owner."),
            key("policy", "none", "The policy that it comes from."),
            key("rules", "one of two, or both", "Rules that are evidence for it, by code or name."),
            key(
                "criteria",
                "one of two, or both",
                "Criteria of frameworks, such as `\"soc2 CC6.2\"`.",
            ),
        ],
    },
    KeyTable {
        header: "[rules]",
        about: "The rules; each has a table of its own for its thresholds, such as `[rules.dormant-account]`: see `docs/rules.md`.",
        keys: &[
            key("rules-dir", "none", "A folder of rules of your own: `docs/custom-rules.md`."),
            key("disable", "none", "A list of `{ rule = \"…\", reason = \"…\" }`."),
            key("disable.rule", "required", "The rule that is switched off, by code or name."),
            key("disable.reason", "required", "Why; printed in the report."),
        ],
    },
    KeyTable {
        header: "[review]",
        about: "What `retool-audit review open` asks, of whom, and until when: `docs/review.md`.",
        keys: &[
            key(
                "scope",
                "`[\"everybody\"]`",
                "Whose access is reviewed: `\"everybody\"`, `\"privileged\"`, `\"findings\"`, `\"external\"`, `\"tokens\"`, several together.",
            ),
            key(
                "groups",
                "none",
                "Groups whose members are reviewed besides; alone, nobody else is.",
            ),
            key("due-days", "`14`", "Days in which reviewers decide, from 1 to 365."),
            key(
                "reviewers",
                "all three",
                "Who decides, the first that is known: `\"manager\"`, `\"group-owner\"`, `\"instance-owner\"`.",
            ),
            key("fallback", "none", "The address of whoever decides where no rule has a reviewer."),
        ],
    },
    KeyTable {
        header: "[notify]",
        about: "Who is told what packs come to, once they are sealed: `docs/notices.md`.",
        keys: &[
            key("webhook", "none", "Messages that are posted: several `[[notify.webhook]]`."),
            key("mail", "none", "Mails: several `[[notify.mail]]`."),
            key("jira", "none", "Tickets in Jira Cloud: several `[[notify.jira]]`."),
            key("servicenow", "none", "Tickets in ServiceNow: several `[[notify.servicenow]]`."),
        ],
    },
    notify::WEBHOOK,
    notify::MAIL,
    notify::JIRA,
    notify::SERVICENOW,
    KeyTable {
        header: "[remediation]",
        about: "Days in which an exception is to be put right, by severity, from 0 to 3,650; without a number nothing is due.",
        keys: &[
            key("critical", "none", "Days for a critical exception."),
            key("high", "none", "Days for a high one; no fewer than for a critical one."),
            key("medium", "none", "Days for a medium one."),
            key("low", "none", "Days for a low one."),
            key("info", "none", "Days for what informs."),
        ],
    },
    KeyTable {
        header: "[output]",
        about: "What is written, and where to.",
        keys: &[
            key("dir", "`\"evidence\"`", "The folder of packs; the folder above it must be there."),
            key(
                "store",
                "none",
                "Where packs go besides: `\"s3://BUCKET/PREFIX\"`, `gs://`, `az://` or `file:///FOLDER`: `docs/stores.md`.",
            ),
            key(
                "mode",
                "`\"owner\"`",
                "Who may read what is made: the owner alone (files 0600, folders 0700), or `\"group\"` too (0640, 0750). Secrets are the owner's all the same.",
            ),
            key(
                "formats",
                "all but `\"oscal\"`, `\"vanta\"` and `\"generic\"`",
                "`\"csv\"`, `\"json\"`, `\"xlsx\"`, `\"oscal\"`, `\"vanta\"`, `\"generic\"`, `\"html\"`, `\"pdf\"`.",
            ),
            key(
                "controls",
                "`[\"soc2\", \"iso27001\", \"nist80053\", \"pci\"]`",
                "The frameworks that the report shows.",
            ),
            key("templates-dir", "none", "A folder of templates of your own."),
            key(
                "pdf-rows",
                "1,000",
                "Accounts that `report.pdf` prints one by one, from 0 to 10,000,000, or `\"all\"`.",
            ),
            key(
                "findings-printed",
                "100",
                "Exceptions of each rule that documents print, from 0 to 10,000,000, or `\"all\"`.",
            ),
            key("csv-bom", "`true`", "Whether CSV files begin with the mark of UTF-8."),
            key(
                "metrics",
                "none",
                "A file that ends in `.prom`, for the textfile collector of node_exporter; each `run` and `report` writes it, for every user to read: `docs/operations.md`.",
            ),
        ],
    },
    store::TABLE,
    KeyTable {
        header: "[branding]",
        about: "How documents look.",
        keys: &[
            key("logo", "none", "A PNG of at most 1 MiB and 4,000 × 4,000 pixels."),
            key("accent", "`\"#14365c\"`", "The colour of headings and charts."),
            key("accent-dark", "follows `accent`", "The same on dark paper."),
            key(
                "classification",
                "`\"Confidential\"`",
                "A word for every page, of at most 60 characters.",
            ),
        ],
    },
    KeyTable {
        header: "[collection]",
        about: "How instances are asked.",
        keys: &[
            key("concurrency", "8", "Instances at the same time, from 1 to 64."),
            key("deadline-minutes", "240", "Minutes for one instance, from 1 to 1,440."),
            key("answer-seconds", "120", "Seconds for one answer, from 1 to 3,600."),
            key("page-limit-mib", "256", "MiB of one answer, from 1 to 4,095."),
            key(
                "retries",
                "200",
                "Requests of one instance that are sent again, from 0 to 10,000.",
            ),
        ],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::TABLES;
    use crate::catalogue::Catalogue;
    use crate::config::raw::asked;
    use crate::config::{Known, check};
    use crate::report::formats;

    /// A file that has every table whose keys are asked only where it is there.
    const TEXT: &str = r#"
[[roster]]
[[excluded]]
[[excluded]]
instance = "old"
[[control]]
[[instance]]
password-login = "on"
single-sign-on = "none"
just-in-time = "on"
restricted-domain = "none"
group-sync = "on"
scim = { value = "on" }
[audit.window]
[sign]
[baseline]
[approvals]
[waivers]
[output]
csv-bom = true
[[notify.webhook]]
[[notify.mail]]
[[notify.jira]]
[[notify.servicenow]]
[rules]
disable = [{}]
"#;

    /// Headers of the file that tables of columns name are listed elsewhere.
    const ELSEWHERE: &str = "roster.columns.";

    #[test]
    fn every_key_that_the_program_asks_for_is_documented_and_no_other() {
        let known = Known { rules: &Catalogue::default().words(), formats: &formats::words() };
        let asked = asked::during(|| {
            check::parse(TEXT, Path::new("/"), "a.toml", &known).unwrap_err();
        });
        let headers = TABLES.iter().map(|it| it.header.trim_matches(['[', ']']).to_owned());
        let headers = headers.filter(|it| !it.is_empty());
        let keys = TABLES.iter().flat_map(|table| {
            let header = table.header.trim_matches(['[', ']']);
            let within = if header.is_empty() { String::new() } else { format!("{header}.") };
            table.keys.iter().map(move |key| format!("{within}{}", key.name))
        });
        let documented: BTreeSet<String> = headers.chain(keys).collect();
        let asked: BTreeSet<String> =
            asked.into_iter().filter(|it| !it.starts_with(ELSEWHERE)).collect();
        let differing: Vec<_> = asked.symmetric_difference(&documented).collect();
        assert!(differing.is_empty(), "{differing:?}");
    }

    /// A number beyond what is documented is refused with the documented bounds.
    #[test]
    fn documented_bounds_are_those_of_the_program() {
        let known = Known { rules: &Catalogue::default().words(), formats: &formats::words() };
        let mut n_checked = 0;
        for table in TABLES {
            for key in table.keys.iter().filter(|key| !key.name.contains('.')) {
                let Some((_, bounds)) = key.about.split_once("from ") else { continue };
                let plain = bounds.replace(',', "");
                let mut words = plain.split(' ').map(|it| it.trim_end_matches('.'));
                let [least, most] = [words.next(), words.find(|it| it.parse::<u64>().is_ok())];
                let (Some(least), Some(Ok(most))) = (least, most.map(str::parse::<u64>)) else {
                    continue;
                };
                let text = format!(
                    "{}
{} = {}
",
                    table.header,
                    key.name,
                    most + 1
                );
                let told = check::parse(&text, Path::new("/"), "a.toml", &known).unwrap_err();
                let expected = format!("must be between {least} and {most}");
                assert!(told.to_string().contains(&expected), "{}: {told}", key.name);
                n_checked += 1;
            }
        }
        assert!(n_checked > 7, "{n_checked}");
    }
}
