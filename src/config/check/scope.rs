//! What stays out of the audit on purpose, and what access is expected.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::file;
use crate::config::raw::TomlSection;
use crate::names::fold;

/// Reads `[baseline]`.
pub(super) fn baseline(root: &mut TomlSection<'_>, dir: &Path) -> Option<PathBuf> {
    let there = root.has("baseline");
    let mut section = root.section("baseline");
    if !there {
        return None;
    }
    section.require("path");
    let res = file(&mut section, "path", dir);
    section.finish();
    res
}

/// What stays out of the audit on purpose, each with its reason, in lower case.
#[derive(Default)]
pub(super) struct Excluded {
    /// Hosts, or ids of Spaces.
    pub(super) hosts: BTreeMap<String, String>,
    /// Names of instances that earlier packs have.
    pub(super) instances: BTreeMap<String, String>,
}

/// Reads every `[[excluded]]`.
pub(super) fn excluded(root: &mut TomlSection<'_>) -> Excluded {
    let mut res = Excluded::default();
    for mut section in root.sections("excluded", "write a `host` and a `reason` for each") {
        if section.has("instance") && !section.has("host") {
            let name = fold(&section.required_text("instance"));
            let reason = section.required_text("reason");
            if res.instances.insert(name.clone(), reason).is_some() && !name.is_empty() {
                section.refuse("instance", format!("`{name}` is excluded twice"), None);
            }
            section.finish();
            continue;
        }
        let host = fold(&section.required_text("host"));
        let reason = section.required_text("reason");
        if host.contains("://") || host.contains('/') {
            let help = "leave out `https://` and the path";
            section.refuse("host", format!("`{host}` is not a host"), Some(help.to_owned()));
        }
        if res.hosts.insert(host.clone(), reason).is_some() && !host.is_empty() {
            section.refuse("host", format!("`{host}` is excluded twice"), None);
        }
        section.finish();
    }
    res
}

#[cfg(test)]
mod tests {
    use crate::config::Known;
    use std::path::Path;

    use crate::config::check::parse;

    #[test]
    fn hosts_are_in_lower_case_and_paths_start_at_the_folder() {
        let text = r#"
            organization = { name = "Acme", domains = ["acme.test"] }
            instance = [{ name = "one", token-env = "A", approved-delegates = ["Billing"] }]
            excluded = [{ host = "Sandbox.acme.test", reason = "Holds no data." }]
            baseline = { path = "hr/baseline.csv" }
        "#;
        let config = parse(text, Path::new("/conf"), "audit.toml", &Known::default()).unwrap();
        let delegates = config.instances[0].approved_delegates.as_ref();
        let scope = format!("{:?} {:?} {delegates:?}", config.excluded, config.baseline);
        insta::assert_snapshot!(scope, @r#"{"sandbox.acme.test": "Holds no data."} Some("/conf/hr/baseline.csv") Some({"billing"})"#);
    }

    #[test]
    fn an_instance_of_earlier_packs_is_excluded_by_its_name() {
        let text = r#"
            organization = { name = "Acme", domains = ["acme.test"] }
            instance = [{ name = "one", formerly = ["uno"], token-env = "A" }]
            excluded = [{ instance = "EU", reason = "Shut down." }]
        "#;
        let config = parse(text, Path::new("/"), "test", &Known::default()).unwrap();
        assert_eq!(format!("{:?}", config.excluded_instances), r#"{"eu": "Shut down."}"#);
        assert_eq!(format!("{:?}", config.renamed()), r#"{"uno": "one"}"#);
        let text = r#"
            organization = { name = "Acme", domains = ["acme.test"] }
            instance = [
                { name = "one", formerly = ["uno", "two"], token-env = "A" },
                { name = "two", formerly = ["uno"], token-env = "A" },
            ]
            excluded = [
                { instance = "eu" },
                { instance = "EU", reason = "Shut down." },
                { instance = "us", host = "us.acme.test", reason = "Shut down." },
            ]
        "#;
        let problems = parse(text, Path::new("/"), "test", &Known::default()).unwrap_err();
        insta::assert_snapshot!(problems, @r#"
        `test` has 5 problems
          line 4: instance `one`: formerly `two` is the name of an instance
            help: name only what no instance is called any more
          line 5: instance `two`: formerly `uno` was the name of another instance already
          line 8: excluded[0].reason is missing
            8 | { instance = "eu" },
              | ^^^^^^^^^^^^^^^^^^^
          line 9: excluded[1].instance `eu` is excluded twice
            9 | { instance = "EU", reason = "Shut down." },
              |   ^^^^^^^^^^^^^^^
          line 10: excluded[2].instance is not a key
            10 | { instance = "us", host = "us.acme.test", reason = "Shut down." },
               |   ^^^^^^^^^^^^^^^
            help: the keys here are `host`, `reason`
        "#);
    }

    #[test]
    fn what_is_excluded_has_a_host_and_a_reason() {
        let text = r#"
            organization = { name = "Acme", domains = ["acme.test"] }
            instance = [{ name = "one", token-env = "TOKEN" }]
            excluded = [
                { host = "lab.acme.test" },
                { host = "https://lab.acme.test/x", reason = "Empty." },
                { host = "LAB.acme.test", reason = "Empty." },
            ]
            baseline = { file = "baseline.csv" }
        "#;
        let refused = parse(text, Path::new("/"), "audit.toml", &Known::default()).unwrap_err();
        insta::assert_snapshot!(refused, @r#"
        `audit.toml` has 5 problems
          line 5: excluded[0].reason is missing
            5 | { host = "lab.acme.test" },
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^
          line 6: excluded[1].host `https://lab.acme.test/x` is not a host
            6 | { host = "https://lab.acme.test/x", reason = "Empty." },
              |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            help: leave out `https://` and the path
          line 7: excluded[2].host `lab.acme.test` is excluded twice
            7 | { host = "LAB.acme.test", reason = "Empty." },
              |   ^^^^^^^^^^^^^^^^^^^^^^
          line 9: baseline.path is missing
            9 | baseline = { file = "baseline.csv" }
              |            ^^^^^^^^^^^^^^^^^^^^^^^^^
          line 9: baseline.file is not a key
            9 | baseline = { file = "baseline.csv" }
              |              ^^^^^^^^^^^^^^^^^^^^^
            help: did you mean `path`, which is missing?
        "#);
    }
}
