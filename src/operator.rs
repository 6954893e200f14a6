//! Who runs the program, and where: as the operating system says, and not as variables do.

use std::env;

use serde::{Deserialize, Serialize};
use url::Url;

/// What stands where the system does not say.
const UNKNOWN: &str = "unknown";

/// Who runs the program, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Operator {
    /// The program with its version, and what it was built for.
    pub program: String,
    /// The account of the operating system.
    pub account: String,
    /// The name of the machine.
    pub host: String,
    /// The job of a CI system; none where the environment has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<CiJob>,
}

/// A job of a CI system, as the environment names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CiJob {
    /// The system.
    pub system: String,
    /// Its number there.
    pub id: String,
    /// Where it can be looked at, without anything secret; empty where the environment does not say.
    pub url: String,
}

impl Operator {
    /// Whoever runs this process.
    pub fn here(program: &str) -> Self {
        let known = |it: whoami::Result<String>| {
            let it = it.ok().map(|it| printable(&it)).filter(|it| !it.is_empty());
            it.unwrap_or_else(|| UNKNOWN.to_owned())
        };
        Self {
            program: format!("{program} ({}-{})", env::consts::ARCH, env::consts::OS),
            account: known(whoami::username()),
            host: known(whoami::hostname()),
            job: CiJob::of(&|name| env::var(name).ok()),
        }
    }
}

/// The CI systems whose environment is known: the variables of the job's number, and those whose
/// values make its address.
const SYSTEMS: &[(&str, &str, &[&str])] = &[
    (
        "GitHub Actions",
        "GITHUB_RUN_ID",
        &["GITHUB_SERVER_URL", "/", "GITHUB_REPOSITORY", "/actions/runs/", "GITHUB_RUN_ID"],
    ),
    ("GitLab CI", "CI_JOB_ID", &["CI_JOB_URL"]),
    ("Buildkite", "BUILDKITE_BUILD_NUMBER", &["BUILDKITE_BUILD_URL"]),
    ("CircleCI", "CIRCLE_BUILD_NUM", &["CIRCLE_BUILD_URL"]),
    (
        "Azure Pipelines",
        "BUILD_BUILDID",
        &[
            "SYSTEM_COLLECTIONURI",
            "",
            "SYSTEM_TEAMPROJECT",
            "/_build/results?buildId=",
            "BUILD_BUILDID",
        ],
    ),
    ("Jenkins", "BUILD_ID", &["BUILD_URL"]),
];

impl CiJob {
    /// The job that an environment names.
    fn of(variable: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let (system, id, parts) = SYSTEMS.iter().find_map(|(system, id, url)| {
            let id = variable(id).map(|it| printable(&it)).filter(|it| !it.is_empty())?;
            Some((*system, id, *url))
        })?;
        let url = parts.iter().enumerate().map(|(place, part)| match place % 2 {
            0 => variable(part),
            _ => Some((*part).to_owned()),
        });
        let url = url.collect::<Option<String>>().and_then(|it| without_secrets(&it));
        Some(Self { system: system.to_owned(), id, url: url.unwrap_or_default() })
    }
}

/// Characters of a name at most.
const LONGEST: usize = 200;

/// A name on one line.
fn printable(text: &str) -> String {
    text.trim().chars().filter(|it| !it.is_control()).take(LONGEST).collect()
}

/// An address without user and password; none where the text is no address of the web.
fn without_secrets(text: &str) -> Option<String> {
    let mut res = Url::parse(text).ok().filter(|it| matches!(it.scheme(), "http" | "https"))?;
    res.set_username("").ok()?;
    res.set_password(None).ok()?;
    Some(res.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_04_a_job_is_named_with_its_address_and_without_secrets() {
        let told = |variables: &[(&str, &str)]| {
            let value =
                |name: &str| variables.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
            CiJob::of(&value).map_or_else(
                || "no job".to_owned(),
                |it| format!("{} {} at `{}`", it.system, it.id, it.url),
            )
        };
        let lines = [
            told(&[]),
            told(&[
                ("GITHUB_RUN_ID", "18"),
                ("GITHUB_SERVER_URL", "https://github.example"),
                ("GITHUB_REPOSITORY", "acme/reviews"),
            ]),
            told(&[("GITHUB_RUN_ID", "18")]),
            told(&[
                ("CI_JOB_ID", "7"),
                ("CI_JOB_URL", "https://bot:hunter2@git.acme.example/jobs/7"),
            ]),
            told(&[("BUILD_ID", "3\u{1b}[31m"), ("BUILD_URL", "javascript:alert(1)")]),
            told(&[
                ("BUILD_BUILDID", "12"),
                ("SYSTEM_COLLECTIONURI", "https://dev.azure.example/acme/"),
                ("SYSTEM_TEAMPROJECT", "Access reviews"),
            ]),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r"
        no job
        GitHub Actions 18 at `https://github.example/acme/reviews/actions/runs/18`
        GitHub Actions 18 at ``
        GitLab CI 7 at `https://git.acme.example/jobs/7`
        Jenkins 3[31m at ``
        Azure Pipelines 12 at `https://dev.azure.example/acme/Access%20reviews/_build/results?buildId=12`
        ");
    }

    #[test]
    fn a_04_account_and_host_come_from_the_system() {
        let here = Operator::here("retool-audit 1.0.0");
        assert!(here.program.starts_with("retool-audit 1.0.0 ("), "{here:?}");
        let told = std::process::Command::new("id").arg("-un").output().expect("it runs");
        assert_eq!(here.account, String::from_utf8_lossy(&told.stdout).trim());
    }
}
