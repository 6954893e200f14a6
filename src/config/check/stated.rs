//! What the configuration states about settings that the API does not show.

use crate::config::raw::TomlSection;
use crate::config::stated::{SIGN_ON, Statement, Statements};

const SWITCH: &[(&str, bool)] = &[("on", true), ("off", false)];

/// The word for "there is none", where a setting is a text.
const NONE: &str = "none";

/// Reads the statements of one instance: each a word, or a table with `value` and `evidence`.
pub(super) fn all(section: &mut TomlSection<'_>) -> Statements {
    Statements {
        password_login: statement(section, "password-login", switch),
        single_sign_on: statement(section, "single-sign-on", kind),
        just_in_time: statement(section, "just-in-time", switch),
        restricted_domain: statement(section, "restricted-domain", text),
        group_sync: statement(section, "group-sync", switch),
        scim: statement(section, "scim", switch),
    }
}

/// One statement, whose word `read` takes from the key that it is given.
fn statement<'a, T>(
    section: &mut TomlSection<'a>,
    key: &'a str,
    read: impl Fn(&mut TomlSection<'a>, &'a str) -> Option<T>,
) -> Option<Statement<T>> {
    if !section.has(key) {
        return None;
    }
    if !section.is_table(key) {
        return Some(Statement { value: read(section, key)?, evidence: None });
    }
    let mut table = section.section(key);
    table.require("value");
    let (value, evidence) = (read(&mut table, "value"), table.text("evidence"));
    table.finish();
    Some(Statement { value: value?, evidence })
}

fn switch<'a>(section: &mut TomlSection<'a>, key: &'a str) -> Option<bool> {
    section.choice(key, SWITCH)
}

fn kind<'a>(section: &mut TomlSection<'a>, key: &'a str) -> Option<String> {
    let words = SIGN_ON.iter().map(|&word| (word, word));
    let words: Vec<_> = words.chain([(NONE, "")]).collect();
    section.choice(key, &words).map(str::to_owned)
}

fn text<'a>(section: &mut TomlSection<'a>, key: &'a str) -> Option<String> {
    section.text(key).map(|it| if it == NONE { String::new() } else { it })
}

#[cfg(test)]
mod tests {
    use crate::config::Known;
    use std::path::Path;

    use crate::config::check;

    /// What an instance with these lines states, or what is wrong with them.
    fn draw(lines: &str) -> String {
        let text = format!(
            "organization = {{ name = \"Acme\", domains = [\"acme.test\"] }}\n[[instance]]\n\
             name = \"prod\"\ntoken-env = \"A\"\n{lines}"
        );
        match check::parse(&text, Path::new("/"), "test", &Known::default()) {
            Ok(config) => {
                let it = &config.instances[0];
                format!("{} {:#?}", it.deployment.word(), it.stated)
            }
            Err(problems) => problems.to_string(),
        }
    }

    #[test]
    fn a_statement_is_a_word_or_a_table_with_its_evidence() {
        insta::assert_snapshot!(draw("
            deployment = \"self-hosted\"
            password-login = \"off\"
            just-in-time = { value = \"on\", evidence = \"DEFAULT_GROUP_FOR_DOMAINS in values.yaml\" }
            single-sign-on = \"google & saml\"
            restricted-domain = { value = \"none\", evidence = \"CHG-118\" }
        "), @r#"
        self-hosted Statements {
            password_login: Some(
                Statement {
                    value: false,
                    evidence: None,
                },
            ),
            single_sign_on: Some(
                Statement {
                    value: "google & saml",
                    evidence: None,
                },
            ),
            just_in_time: Some(
                Statement {
                    value: true,
                    evidence: Some(
                        "DEFAULT_GROUP_FOR_DOMAINS in values.yaml",
                    ),
                },
            ),
            restricted_domain: Some(
                Statement {
                    value: "",
                    evidence: Some(
                        "CHG-118",
                    ),
                },
            ),
            group_sync: None,
            scim: None,
        }
        "#);
    }

    #[test]
    fn a_statement_that_says_nothing_is_refused() {
        insta::assert_snapshot!(draw("
            deployment = \"on-premise\"
            password-login = true
            just-in-time = \"of\"
            scim = { evidence = \"CHG-118\", note = \"x\" }
            single-sign-on = { value = \"okta\" }
        "), @r#"
        `test` has 6 problems
          line 6: instance `prod`: deployment must be one of `cloud`, `self-hosted`, found `on-premise`
            6 | deployment = "on-premise"
              | ^^^^^^^^^^^^^^^^^^^^^^^^^
          line 7: instance `prod`: password-login must be a string, found a boolean
            help: write `password-login = "true"`
          line 8: instance `prod`: just-in-time must be one of `on`, `off`, found `of`
            8 | just-in-time = "of"
              | ^^^^^^^^^^^^^^^^^^^
            help: did you mean `on`?
          line 9: instance `prod`: scim.value is missing
            9 | scim = { evidence = "CHG-118", note = "x" }
              |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          line 9: instance `prod`: scim.note is not a key
            9 | scim = { evidence = "CHG-118", note = "x" }
              |                                ^^^^^^^^^^
            help: did you mean `value`, which is missing?
          line 10: instance `prod`: single-sign-on.value must be one of `google`, `oidc`, `google & oidc`, `saml`, `google & saml`, `none`, found `okta`
            10 | single-sign-on = { value = "okta" }
               |                    ^^^^^^^^^^^^^^
        "#);
    }
}
