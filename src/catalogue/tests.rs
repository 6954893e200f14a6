//! Rules of one run.

use super::Catalogue;
use crate::custom_rules::{CustomRule, parse};

fn own(code: &str, name: &str) -> CustomRule {
    let text = format!(
        "code = '{code}'\nname = '{name}'\ntitle = 'It'\nseverity = 'low'\nsubject = 'user'\n\
         predicate = 'It.'\nrisk = 'It.'\nremedy = 'It.'\nmissing = 'It.'\nsentence = 'It.'\n\
         controls = {{ soc2 = ['CC6.1'] }}\nexception = 'TRUE'\npopulation = 'SELECT instance, \
         user_id AS subject_id, label AS subject FROM users'"
    );
    parse(&text, &format!("rules/{name}.toml")).expect("it is sound")
}

#[test]
fn codes_and_names_are_there_once() {
    let all = vec![own("OWN-1", "one"), own("OWN-1", "two"), own("OWN-3", "one")];
    insta::assert_snapshot!(Catalogue::with(all).expect_err("two are there twice"));
}

#[test]
fn own_rules_come_after_the_built_in_ones_and_change_the_fingerprint() {
    let catalogue = Catalogue::with(vec![own("OWN-1", "one")]).expect("it is sound");
    assert_eq!(catalogue.rules().last().map(|it| it.code), Some("OWN-1"));
    assert_eq!(catalogue.find("own-1").map(|it| it.name), Some("one"));
    assert_ne!(catalogue.fingerprint(), Catalogue::default().fingerprint());
    assert_eq!(catalogue.words().last().map(|it| it.name), Some("one"));
}
