//! The organization's own controls: what each says, who owns it, and what is evidence for it.

use std::collections::BTreeSet;

use crate::config::problem::did_you_mean;
use crate::config::raw::TomlSection;
use crate::config::{OwnControl, RuleWords};
use crate::frameworks::FRAMEWORKS;

/// Reads every `[[control]]`.
pub(super) fn own(root: &mut TomlSection<'_>, known: &[RuleWords]) -> Vec<OwnControl> {
    let mut res: Vec<OwnControl> = Vec::new();
    let help = "write an `id`, a `wording`, and `rules` or `criteria` for each";
    for mut section in root.sections("control", help) {
        let id = section.required_text("id");
        if !id.is_empty() && res.iter().any(|control| control.id == id) {
            section.refuse("id", format!("`{id}` is there twice"), None);
        }
        let wording = section.required_text("wording");
        let owner = section.text("owner").unwrap_or_default();
        let policy = section.text("policy").unwrap_or_default();
        if !section.has("rules") && !section.has("criteria") {
            let help = "`rules = [\"USR-01\"]`, `criteria = [\"soc2 CC6.2\"]`, or both";
            section.refuse_all("names neither `rules` nor `criteria`", Some(help.to_owned()));
        }
        let mut rules: BTreeSet<String> =
            named_rules(&mut section, known).into_iter().map(str::to_owned).collect();
        let criteria = section.words("criteria").unwrap_or_default();
        for word in &criteria {
            rules.extend(rules_of(&section, word, known).into_iter().map(str::to_owned));
        }
        section.finish();
        res.push(OwnControl { id, wording, owner, policy, rules, criteria });
    }
    res
}

/// The names of the rules that `rules` names by their codes or names.
fn named_rules(section: &mut TomlSection<'_>, known: &[RuleWords]) -> Vec<&'static str> {
    let words = section.words("rules").unwrap_or_default();
    let find = |word: &String| {
        let res = known
            .iter()
            .find(|rule| rule.name == word || rule.code.eq_ignore_ascii_case(word))
            .map(|rule| rule.name);
        if res.is_none() {
            let words = known.iter().flat_map(|rule| [rule.code, rule.name]);
            section.refuse("rules", format!("`{word}` is not a rule"), did_you_mean(word, words));
        }
        res
    };
    words.iter().filter_map(find).collect()
}

/// The names of the rules that speak to a criterion, written as `soc2 CC6.1`.
fn rules_of(section: &TomlSection<'_>, word: &str, known: &[RuleWords]) -> Vec<&'static str> {
    let (key, id) = word.split_once(' ').unwrap_or((word, ""));
    let Some(framework) = FRAMEWORKS.iter().find(|it| it.key == key) else {
        let keys: Vec<&str> = FRAMEWORKS.iter().map(|it| it.key.as_str()).collect();
        let help = format!("write the framework and the id, as `soc2 CC6.1`; {}", keys.join(", "));
        section.refuse("criteria", format!("`{word}` names no framework"), Some(help));
        return Vec::new();
    };
    let Some(control) = framework.controls.iter().find(|it| it.id == id.trim()) else {
        let help = did_you_mean(id, framework.controls.iter().map(|it| it.id.as_str()));
        section.refuse("criteria", format!("`{word}` is no criterion that a rule speaks to"), help);
        return Vec::new();
    };
    let names = |code: &String| known.iter().find(|rule| rule.code == code).map(|rule| rule.name);
    control.rules.iter().filter_map(names).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::catalogue::Catalogue;
    use crate::config::Known;
    use crate::config::check::parse;

    fn picture(controls: &str) -> String {
        let text = format!(
            "organization = {{ name = \"Acme\", domains = [\"acme.test\"] }}\n\
             instance = [{{ name = \"one\", token-env = \"A\" }}]\n{controls}"
        );
        let known = Known { rules: &Catalogue::default().words(), formats: &[] };
        match parse(&text, Path::new("/conf"), "audit.toml", &known) {
            Ok(it) => it.controls.iter().map(|it| format!("{it:?}")).collect::<Vec<_>>().join("\n"),
            Err(it) => it.to_string(),
        }
    }

    #[test]
    fn a_control_has_the_rules_that_it_names_and_those_of_its_criteria() {
        let text = r#"
[[control]]
id = "AC-01"
wording = "Access of leavers is removed within one working day."
owner = "Head of IT"
policy = "Access policy 4.2"
rules = ["USR-01", "late-removal"]
[[control]]
id = "AC-02"
wording = "API tokens are reviewed."
criteria = ["cis 5.1"]
"#;
        insta::assert_snapshot!(picture(text), @r#"
        OwnControl { id: "AC-01", wording: "Access of leavers is removed within one working day.", owner: "Head of IT", policy: "Access policy 4.2", rules: {"late-removal", "leaver-still-active"}, criteria: [] }
        OwnControl { id: "AC-02", wording: "API tokens are reviewed.", owner: "", policy: "", rules: {"account-without-owner", "admin-flag-mismatch", "ambiguous-identity", "collection-incomplete", "conflicting-duplicates", "count-mismatch", "dangling-reference", "late-review", "missed-period", "population-swing", "several-accounts", "shared-account", "unapproved-domain", "vanished-account"}, criteria: ["cis 5.1"] }
        "#);
    }

    #[test]
    fn what_is_no_rule_and_no_criterion_is_refused_with_its_place() {
        let text = r#"
[[control]]
id = "AC-01"
wording = "A"
rules = ["USR-1", "usr-01"]
[[control]]
id = "AC-01"
criteria = ["soc2 CC6.22", "soc3 CC6.1"]
[[control]]
id = "AC-03"
wording = "B"
ownr = "C"
"#;
        insta::assert_snapshot!(picture(text), @r#"
        `audit.toml` has 7 problems
          line 7: control `AC-01`: rules `USR-1` is not a rule
            7 | rules = ["USR-1", "usr-01"]
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^
            help: did you mean `USR-01`?
          line 8: control `AC-01`: wording is missing
            8 | [[control]]
              | ^^^^^^^^^^^
          line 9: control `AC-01`: id `AC-01` is there twice
            9 | id = "AC-01"
              | ^^^^^^^^^^^^
          line 10: control `AC-01`: criteria `soc2 CC6.22` is no criterion that a rule speaks to
            10 | criteria = ["soc2 CC6.22", "soc3 CC6.1"]
               | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            help: did you mean `CC6.2`?
          line 10: control `AC-01`: criteria `soc3 CC6.1` names no framework
            10 | criteria = ["soc2 CC6.22", "soc3 CC6.1"]
               | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            help: write the framework and the id, as `soc2 CC6.1`; soc2, iso27001, nist80053, pci, cis, hipaa, dora
          line 11: control `AC-03` names neither `rules` nor `criteria`
            11 | [[control]]
               | ^^^^^^^^^^^
            help: `rules = ["USR-01"]`, `criteria = ["soc2 CC6.2"]`, or both
          line 14: control `AC-03`: ownr is not a key
            14 | ownr = "C"
               | ^^^^^^^^^^
            help: did you mean `owner`?
        "#);
    }
}
