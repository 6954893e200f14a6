//! What a review asks, of whom, and until when.

use crate::address;
use crate::config::raw::TomlSection;
use crate::config::review::{ReviewScope, ReviewSettings, ReviewerRule};

/// The most days that reviewers may take: more is taken for a mistake.
const MOST: u32 = 365;

/// Reads `[review]`.
pub(super) fn settings(root: &mut TomlSection<'_>) -> ReviewSettings {
    let usual = ReviewSettings::default();
    let mut section = root.section("review");
    let scopes = ReviewScope::ALL.map(|it| (it.word(), it));
    let rules = ReviewerRule::ALL.map(|it| (it.word(), it));
    let groups = section.words("groups").unwrap_or_default();
    let has_groups = !groups.is_empty();
    let scope = section.choices("scope", &scopes);
    let res = ReviewSettings {
        // Who names groups alone wants no one else.
        scope: match scope {
            Some(scope) => scope.into_iter().collect(),
            None if has_groups => [].into(),
            None => usual.scope,
        },
        groups: groups.iter().map(|it| crate::names::fold(it)).collect(),
        due_days: section.number("due-days", (1, MOST)).unwrap_or(usual.due_days),
        reviewers: section.choices("reviewers", &rules).unwrap_or(usual.reviewers),
        fallback: fallback(&mut section),
    };
    let names_none = section.words("scope").is_some_and(|it| it.is_empty());
    if names_none && !has_groups {
        section.refuse("scope", "is empty, and no group is named", None);
    }
    section.finish();
    res
}

fn fallback(section: &mut TomlSection<'_>) -> Option<String> {
    let text = section.text("fallback")?;
    let written = address::written(&text);
    if !address::is_one(&written) {
        let help = "write the address of a person, such as ciso@acme.example";
        section.refuse("fallback", format!("`{text}` is no address"), Some(help.to_owned()));
    }
    Some(written)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::Known;
    use crate::config::check::parse;

    fn picture(review: &str) -> String {
        let text = format!(
            "organization = {{ name = \"Acme\", domains = [\"acme.test\"] }}\n\
             instance = [{{ name = \"one\", token-env = \"A\" }}]\n{review}"
        );
        match parse(&text, Path::new("/conf"), "audit.toml", &Known::default()) {
            Ok(it) => format!("{:?}", it.review),
            Err(it) => it.to_string(),
        }
    }

    #[test]
    fn a_review_asks_about_everybody_unless_it_is_said() {
        let texts = [
            "",
            "[review]\ngroups = [\"Finance \"]",
            "[review]\nscope = [\"privileged\", \"tokens\"]\ndue-days = 7\n\
             reviewers = [\"group-owner\"]\nfallback = \"CISO@acme.test\"",
        ];
        insta::assert_snapshot!(texts.map(picture).join("\n"), @r#"
        ReviewSettings { scope: {Everybody}, groups: {}, due_days: 14, reviewers: [Manager, GroupOwner, InstanceOwner], fallback: None }
        ReviewSettings { scope: {}, groups: {"finance"}, due_days: 14, reviewers: [Manager, GroupOwner, InstanceOwner], fallback: None }
        ReviewSettings { scope: {Privileged, Tokens}, groups: {}, due_days: 7, reviewers: [GroupOwner], fallback: Some("ciso@acme.test") }
        "#);
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let text = "[review]\nscope = [\"priviledged\"]\ndue-days = 0\nfallback = \"the CISO\"\n\
                    reviewers = [\"boss\"]\nby = 1";
        insta::assert_snapshot!(picture(text), @r#"
        `audit.toml` has 5 problems
          line 4: review.scope must be one of `everybody`, `privileged`, `findings`, `external`, `tokens`, found `priviledged`
            4 | scope = ["priviledged"]
              | ^^^^^^^^^^^^^^^^^^^^^^^
            help: did you mean `privileged`?
          line 5: review.due-days must be between 1 and 365, found `0`
            5 | due-days = 0
              | ^^^^^^^^^^^^
          line 6: review.fallback `the CISO` is no address
            6 | fallback = "the CISO"
              | ^^^^^^^^^^^^^^^^^^^^^
            help: write the address of a person, such as ciso@acme.example
          line 7: review.reviewers must be one of `manager`, `group-owner`, `instance-owner`, found `boss`
            7 | reviewers = ["boss"]
              | ^^^^^^^^^^^^^^^^^^^^
          line 8: review.by is not a key
            8 | by = 1
              | ^^^^^^
            help: the keys here are `due-days`, `fallback`, `groups`, `reviewers`, `scope`
        "#);
    }
}
