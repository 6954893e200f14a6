//! How long exceptions may stay, by their severity.

use crate::config::Remediation;
use crate::config::raw::TomlSection;

/// The most days that are allowed: ten years; more is taken for a mistake.
const MOST: u32 = 3_650;

/// Reads `[remediation]`.
pub(super) fn days(root: &mut TomlSection<'_>) -> Remediation {
    let mut section = root.section("remediation");
    let mut days = |key| section.number(key, (0, MOST));
    let res = Remediation {
        critical: days("critical"),
        high: days("high"),
        medium: days("medium"),
        low: days("low"),
        info: days("info"),
    };
    refuse_slower(&section, res);
    section.finish();
    res
}

/// What is more severe must not be allowed to stay longer: then two lines were mixed up.
fn refuse_slower(section: &TomlSection<'_>, days: Remediation) {
    let Remediation { critical, high, medium, low, info } = days;
    let all =
        [("critical", critical), ("high", high), ("medium", medium), ("low", low), ("info", info)];
    let set: Vec<(&str, u32)> = all.iter().filter_map(|(key, it)| Some((*key, (*it)?))).collect();
    for ((worse, long), (milder, short)) in set.iter().zip(set.iter().skip(1)) {
        if long > short {
            let what = format!("gives {long} days, and `{milder}`, which matters less, {short}");
            section.refuse(worse, what, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Known;
    use std::path::Path;

    use crate::config::check::parse;

    fn picture(remediation: &str) -> String {
        let text = format!(
            "organization = {{ name = \"Acme\", domains = [\"acme.test\"] }}\n\
             instance = [{{ name = \"one\", token-env = \"A\" }}]\n{remediation}"
        );
        match parse(&text, Path::new("/conf"), "audit.toml", &Known::default()) {
            Ok(it) => {
                let it = it.remediation;
                format!("{:?}", [it.critical, it.high, it.medium, it.low, it.info])
            }
            Err(it) => it.to_string(),
        }
    }

    #[test]
    fn what_is_not_said_is_not_promised() {
        let pictures = ["", "[remediation]", "[remediation]\ncritical = 0\nmedium = 90"];
        insta::assert_snapshot!(pictures.map(picture).join("\n"), @"
        [None, None, None, None, None]
        [None, None, None, None, None]
        [Some(0), None, Some(90), None, None]
        ");
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let text = "[remediation]\ncritical = 30\nhigh = 7\nmedium = 5000\nlow = -1\nhihg = 3";
        insta::assert_snapshot!(picture(text), @"
        `audit.toml` has 4 problems
          line 4: remediation.critical gives 30 days, and `high`, which matters less, 7
            4 | critical = 30
              | ^^^^^^^^^^^^^
          line 6: remediation.medium must be between 0 and 3650, found `5000`
            6 | medium = 5000
              | ^^^^^^^^^^^^^
          line 7: remediation.low must not be negative, found `-1`
            7 | low = -1
              | ^^^^^^^^
          line 8: remediation.hihg is not a key
            8 | hihg = 3
              | ^^^^^^^^
            help: did you mean `high`?
        ");
    }
}
