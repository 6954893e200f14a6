//! The instances: who they are, where they are, and where their tokens come from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::secret::{SecretKeys, secret_keys};
use super::{address, file, stated};
use crate::config::problem::{Excerpt, Problem};
use crate::config::raw::TomlSection;
use crate::config::secrets::TOKEN_PREFIX;
use crate::config::stated::Deployment;
use crate::config::{Instance, LicenseModel, Mode, Seats};
use crate::names::{InvalidName, fold, misnomer};

const MODES: &[(&str, Mode)] = &[("paged", Mode::Paged), ("single", Mode::Single)];

const LICENSE_MODELS: &[(&str, LicenseModel)] = &[
    ("activity", LicenseModel::Activity),
    ("named-seats", LicenseModel::NamedSeats),
    ("unknown", LicenseModel::Unknown),
];

const DEPLOYMENTS: &[(&str, Deployment)] =
    &[("cloud", Deployment::Cloud), ("self-hosted", Deployment::SelfHosted)];

const REQUESTS_PER_MINUTE: u32 = 40;

/// More than any server answers.
const MOST_PER_MINUTE: u32 = 1_000_000;

/// More seats than any organization buys.
const MOST_SEATS: u32 = 100_000_000;

/// What to do with a token that stands in the file.
const INSTEAD_OF_TOKEN: &str = "revoke it if anyone else saw the file, and write `token-env = \
     \"RETOOL_CLOUD_TOKEN\"`, the name of a variable that holds it";

/// Where the API token is.
const TOKEN: SecretKeys = secret_keys! {
    "token",
    noun: "token",
    variable: "RETOOL_PROD_TOKEN",
    instead: INSTEAD_OF_TOKEN,
};

/// Reads every `[[instance]]`.
pub(super) fn all<'a>(root: &mut TomlSection<'a>, dir: &Path) -> Vec<Instance> {
    let there = root.has("instance");
    let sections = root.sections("instance", "begin each with `[[instance]]`");
    if !there {
        let help = "add an `[[instance]]` with a `name` and a `token-env`";
        root.refuse("instance", "is missing", Some(help.to_owned()));
    }
    let mut places = BTreeMap::new();
    let mut former = BTreeSet::new();
    let read = |mut section: TomlSection<'a>| {
        let instance = instance(&mut section, dir);
        (section, instance)
    };
    let read: Vec<_> = sections.into_iter().map(read).collect();
    let names: Vec<String> = read.iter().map(|it| fold(&it.1.name)).collect();
    let mut res = Vec::new();
    for (i, (section, instance)) in read.into_iter().enumerate() {
        // Names become parts of file names, and some file systems take `EU` and `eu` for one.
        let first = *places.entry(instance.name.to_lowercase()).or_insert(i);
        if first != i && !instance.name.is_empty() {
            let what = format!("`{}` is the name of another instance already", instance.name);
            section.refuse("name", what, None);
        }
        for it in &instance.formerly {
            if !former.insert(fold(it)) {
                let what = format!("`{it}` was the name of another instance already");
                section.refuse("formerly", what, None);
            }
            // A name that an instance has today is no former name of another.
            if names.contains(&fold(it)) {
                let help = "name only what no instance is called any more";
                let what = format!("`{it}` is the name of an instance");
                section.refuse("formerly", what, Some(help.to_owned()));
            }
        }
        section.finish();
        res.push(instance);
    }
    res
}

/// Every line of the file that holds what looks like a token.
///
/// The evidence pack keeps a copy of the file, comments too. What `token-env` holds is left to the
/// check of that key.
pub(super) fn tokens(text: &str) -> Vec<Problem> {
    let help = format!("a token never belongs in this file: {INSTEAD_OF_TOKEN}");
    let lines = text.lines().enumerate().filter(|it| holds_token(unchecked(it.1)));
    let problem = |line: usize| Problem {
        excerpt: Some(Excerpt::hidden(line)),
        ..Problem::new("", "holds what looks like a token", Some(help.clone()))
    };
    lines.map(|it| problem(it.0 + 1)).collect()
}

/// The part of a line that no other check looks at for tokens.
fn unchecked(line: &str) -> &str {
    match line.trim_start().strip_prefix("token-env") {
        Some(value) => &value[value.find('#').unwrap_or(value.len())..],
        None => line,
    }
}

fn instance(section: &mut TomlSection<'_>, dir: &Path) -> Instance {
    let (name, url) = (own_name(section), url(section));
    let deployment = section.choice("deployment", DEPLOYMENTS);
    Instance {
        name,
        formerly: section.words("formerly").unwrap_or_default().into_iter().collect(),
        deployment: deployment.unwrap_or_else(|| Deployment::of(&url)),
        stated: stated::all(section),
        url,
        token: TOKEN.required(section, dir),
        approved_admins: addresses(section, "approved-admins"),
        approved_tokens: section.words("approved-tokens").map(|it| it.into_iter().collect()),
        approved_delegates: lower(section.words("approved-delegates")),
        audit_groups: lower(section.words("audit-groups")),
        group_owners: group_owners(section),
        requests_per_minute: section
            .number("requests-per-minute", (0, MOST_PER_MINUTE))
            .unwrap_or(REQUESTS_PER_MINUTE),
        mode: section.choice("mode", MODES).unwrap_or(Mode::Paged),
        collect_permissions: section.flag("collect-permissions"),
        license_model: section
            .choice("license-model", LICENSE_MODELS)
            .unwrap_or(LicenseModel::Unknown),
        owner: section.text("owner"),
        seats: seats(section),
        ca_file: file(section, "ca-file", dir),
    }
}

/// The name by which a table is known in reports and messages.
pub(super) fn own_name(section: &mut TomlSection<'_>) -> String {
    let res = section.required_text("name");
    let (what, help) = match misnomer(&res) {
        // That it is missing is said already.
        Some(_) if res.is_empty() => return res,
        Some(InvalidName::Signs) => (
            "is not a name",
            "use up to 64 letters, digits, `-`, `_` and `.`, a letter or digit first",
        ),
        Some(InvalidName::Taken) => {
            ("is taken", "choose a name that is neither `all` nor that of a file or device")
        }
        None => return res,
    };
    section.refuse("name", format!("`{res}` {what}"), Some(help.to_owned()));
    res
}

fn url(section: &mut TomlSection<'_>) -> String {
    let allow_http = section.flag("allow-http");
    let Some(text) = section.text("url") else { return address::CLOUD.to_owned() };
    address::normalize(&text, allow_http).unwrap_or_else(|it| {
        section.refuse("url", it.to_string(), it.help());
        String::new()
    })
}

fn addresses<'a>(section: &mut TomlSection<'a>, key: &'a str) -> Option<BTreeSet<String>> {
    let words = section.words(key)?;
    for it in words.iter().filter(|word| !word.contains('@')) {
        section.refuse(key, format!("`{it}` is not an e-mail address"), None);
    }
    Some(words.iter().map(|word| fold(word)).collect())
}

fn lower(words: Option<Vec<String>>) -> Option<BTreeSet<String>> {
    words.map(|word| word.iter().map(|it| fold(it)).collect())
}

fn group_owners(section: &mut TomlSection<'_>) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let there = section.has("group-owners");
    let mut section = section.section("group-owners");
    let mut res = BTreeMap::new();
    for group in section.other_keys() {
        let owners = addresses(&mut section, group).unwrap_or_default();
        if res.insert(fold(group), owners).is_some() {
            section.refuse(group, "names a group twice", None);
        }
    }
    there.then_some(res)
}

fn seats(section: &mut TomlSection<'_>) -> Option<Seats> {
    let there = section.has("seats");
    let mut section = section.section("seats");
    let res = Seats {
        builder: section.number("builder", (0, MOST_SEATS)),
        internal: section.number("internal", (0, MOST_SEATS)),
        external: section.number("external", (0, MOST_SEATS)),
    };
    section.finish();
    there.then_some(res)
}

/// Whether a line holds what looks like a token; a long run of letters and digits distinguishes one
/// from a name.
fn holds_token(line: &str) -> bool {
    line.match_indices(TOKEN_PREFIX).any(|(i, it)| {
        let rest = line[i + it.len()..].chars();
        let run = rest.take_while(|it| it.is_ascii_alphanumeric()).collect::<String>();
        run.len() >= 20 && run.contains(|it: char| it.is_ascii_digit())
    })
}
