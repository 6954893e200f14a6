//! How loose a threshold may be: what each control takes at most, and what is looser.
//!
//! Most controls name no number. Those that do are here, in the words of this program, and so are
//! those whose word is “at once”, which assessors commonly take for a day.

use crate::config::{Config, Value};
use crate::controls::FRAMEWORKS;
use crate::rules::Rule;
use crate::tables::dictionary::threshold;
use crate::tables::{Table, Tables};
use crate::terms::{Param, Terms};

/// The loosest value of a parameter that a control takes.
#[derive(Debug)]
pub struct Guardrail {
    /// The rule's name.
    pub rule: &'static str,
    /// The parameter's key.
    pub param: &'static str,
    /// `soc2`, `iso27001`, `nist80053`, `pci` or `cis`.
    pub framework: &'static str,
    /// The framework's id of the control.
    pub control: &'static str,
    /// How loose the parameter may be.
    pub loosest: Loosest,
    /// What the control says about it, in our own words.
    pub says: &'static str,
}

/// A bound to a parameter.
#[derive(Clone, Copy, Debug)]
pub enum Loosest {
    /// A number, and no greater one; then its unit.
    AtMost(i64, &'static str),
    /// A list that has at least these words.
    Having(&'static [&'static str]),
}

impl Loosest {
    /// Whether `value` is looser.
    fn is_passed_by(self, value: &Value) -> bool {
        match (self, value) {
            (Self::AtMost(most, _), Value::Number(it)) => *it > most,
            (Self::Having(least), Value::Words(it)) => {
                !least.iter().all(|word| it.iter().any(|it| it == word))
            }
            (Self::AtMost(..) | Self::Having(_), _) => false,
        }
    }

    /// The bound without its unit.
    fn value(self) -> String {
        match self {
            Self::AtMost(most, _) => most.to_string(),
            Self::Having(words) => words.join(", "),
        }
    }

    /// ` days` or ` day`, or nothing.
    fn unit(self) -> String {
        match self {
            Self::AtMost(1, unit) => format!(" {}", unit.trim_end_matches('s')),
            Self::AtMost(_, unit) => format!(" {unit}"),
            Self::Having(_) => String::new(),
        }
    }
}

impl Guardrail {
    /// `PCI DSS 8.2.6`.
    pub fn asked_by(&self) -> String {
        let short = FRAMEWORKS.iter().find(|it| it.key == self.framework).map(|it| it.short);
        format!("{} {}", short.unwrap_or(self.framework), self.control)
    }
}

/// The value of a parameter, held against one of the bounds to it.
#[derive(Debug)]
pub struct Threshold {
    /// The rule.
    pub rule: &'static Rule,
    /// The parameter.
    pub param: &'static Param,
    /// The value that is used.
    pub used: Value,
    /// Whether the configuration sets it.
    pub configured: bool,
    /// The bound; none where no control that is shown has one.
    pub guardrail: Option<&'static Guardrail>,
}

impl Threshold {
    /// Whether the value is looser than the control takes.
    pub fn is_loose(&self) -> bool {
        self.guardrail.is_some_and(|it| it.loosest.is_passed_by(&self.used))
    }

    /// The value and the bound: `120 days configured, PCI DSS 8.2.6 allows 90`.
    pub fn words(&self) -> String {
        let Some(guardrail) = self.guardrail else { return self.used.to_string() };
        let loosest = guardrail.loosest;
        let origin = if self.configured { "configured" } else { "used by default" };
        let (used, control, most) = (&self.used, guardrail.asked_by(), loosest.value());
        match loosest {
            // Looser than any bound is more than one, so the unit is a plural.
            Loosest::AtMost(_, unit) => format!("{used} {unit} {origin}, {control} allows {most}"),
            Loosest::Having(_) => format!("{used} {origin}, {control} asks for {most}"),
        }
    }
}

/// Every parameter of those `rules` that run, once for each control with a bound that is shown.
pub fn thresholds(
    config: &Config,
    rules: impl IntoIterator<Item = &'static Rule>,
) -> Vec<Threshold> {
    let runs = |it: &&'static Rule| !config.rules.disabled.contains_key(it.name);
    let mut res = Vec::new();
    for rule in rules.into_iter().filter(runs) {
        let terms = Terms::of(rule.name, &config.rules);
        let set = config.rules.parameters.get(rule.name);
        for param in rule.params {
            let bounds: Vec<_> = bounds(rule, param, &config.output.controls).map(Some).collect();
            let bounds = if bounds.is_empty() { vec![None] } else { bounds };
            res.extend(bounds.into_iter().map(|guardrail| Threshold {
                rule,
                param,
                used: terms.value(param),
                configured: set.is_some_and(|it| it.contains_key(param.key)),
                guardrail,
            }));
        }
    }
    res
}

/// The strictest bound to a parameter in the `shown` frameworks, with who asks for it; empty where
/// none has one.
pub fn strictest(rule: &Rule, param: &Param, shown: &[&str]) -> String {
    let tightness = |it: &&Guardrail| match it.loosest {
        Loosest::AtMost(most, _) => most,
        Loosest::Having(words) => -i64::try_from(words.len()).unwrap_or(i64::MAX),
    };
    let strictest = bounds(rule, param, shown).min_by_key(tightness);
    let words =
        |it: &Guardrail| format!("{}{} ({})", it.loosest.value(), it.loosest.unit(), it.asked_by());
    strictest.map(words).unwrap_or_default()
}

fn bounds<'a>(
    rule: &'a Rule,
    param: &'a Param,
    shown: &'a [&str],
) -> impl Iterator<Item = &'static Guardrail> + use<'a> {
    let here = |it: &&Guardrail| (it.rule, it.param) == (rule.name, param.key);
    GUARDRAILS.iter().filter(here).filter(|it| shown.contains(&it.framework))
}

/// Fills the table of thresholds.
#[must_use]
pub fn fill(
    tables: Tables,
    config: &Config,
    rules: impl IntoIterator<Item = &'static Rule>,
) -> Tables {
    let mut rows = threshold::Rows::default();
    for it in thresholds(config, rules) {
        let (rule, key) = (it.rule, it.param.key);
        let guardrail = it.guardrail;
        let text = |of: fn(&Guardrail) -> String| guardrail.map(of).unwrap_or_default();
        let bound = text(|it| format!(" {} {}", it.framework, it.control));
        rows.push(threshold::Row {
            instance: "all".into(),
            rule_code: rule.code.into(),
            rule: rule.name.into(),
            parameter: key.into(),
            used: it.used.to_string().into(),
            default_value: it.param.default.value().to_string().into(),
            configured: it.configured,
            framework: text(|it| it.framework.to_owned()).into(),
            control: text(|it| it.control.to_owned()).into(),
            tolerated: text(|it| it.loosest.value()).into(),
            says: text(|it| it.says.to_owned()).into(),
            looser: it.is_loose(),
            threshold_id: format!("{} {key}{bound}", rule.code).into(),
            label: format!("{} {key}", rule.name).into(),
            asked_by: text(Guardrail::asked_by).into(),
        });
    }
    tables.with(Table::Thresholds, rows.finish())
}

const fn days(
    (rule, param): (&'static str, &'static str),
    (framework, control): (&'static str, &'static str),
    (most, says): (i64, &'static str),
) -> Guardrail {
    Guardrail { rule, param, framework, control, loosest: Loosest::AtMost(most, "days"), says }
}

const fn hours(
    (rule, param): (&'static str, &'static str),
    (framework, control): (&'static str, &'static str),
    (most, says): (i64, &'static str),
) -> Guardrail {
    Guardrail { rule, param, framework, control, loosest: Loosest::AtMost(most, "hours"), says }
}

const PCI_UNUSED: (&str, &str) = ("pci", "8.2.6");
const PCI_90: (i64, &str) = (90, "Inactive accounts are removed or disabled within 90 days.");
const NIST_UNUSED: (&str, &str) = ("nist80053", "AC-2(3)(d)");
const NIST_90: (i64, &str) =
    (90, "The organization sets the number; FedRAMP Moderate sets 90 days, FedRAMP High 35.");
const CIS_UNUSED: (&str, &str) = ("cis", "5.3");
const CIS_45: (i64, &str) = (45, "Dormant accounts are deleted or disabled after 45 days.");
const PCI_LEAVERS: (&str, &str) = ("pci", "8.2.5");
const PCI_AT_ONCE: (i64, &str) =
    (24, "Access of people who leave ends at once; assessors commonly take 24 hours.");
const CIS_LEAVERS: (&str, &str) = ("cis", "6.2");
const CIS_AT_ONCE: (i64, &str) =
    (24, "Accounts are disabled at once when somebody leaves; taken for 24 hours here.");

/// Every bound, by rule, parameter and framework.
pub static GUARDRAILS: &[Guardrail] = &[
    Guardrail {
        rule: "collection-incomplete",
        param: "required",
        framework: "soc2",
        control: "CC2.1",
        loosest: Loosest::Having(&["users", "groups"]),
        says: "The information that a control works with is complete: accounts, and what they may do.",
    },
    Guardrail {
        rule: "collection-incomplete",
        param: "required",
        framework: "pci",
        control: "7.2.4",
        loosest: Loosest::Having(&["users", "groups"]),
        says: "All user accounts are reviewed with the access that belongs to them.",
    },
    hours(("leaver-still-active", "sla-hours"), PCI_LEAVERS, PCI_AT_ONCE),
    hours(("leaver-still-active", "sla-hours"), CIS_LEAVERS, CIS_AT_ONCE),
    hours(("activity-after-leaving", "hours"), PCI_LEAVERS, PCI_AT_ONCE),
    hours(("activity-after-leaving", "hours"), CIS_LEAVERS, CIS_AT_ONCE),
    days(
        ("contractor-past-end", "days"),
        ("pci", "8.2.7"),
        (1, "Third parties have access only while it is needed; taken for the next day here."),
    ),
    days(
        ("contractor-past-end", "days"),
        CIS_LEAVERS,
        (1, "Accounts are disabled at once when somebody leaves; taken for the next day here."),
    ),
    days(("active-while-on-leave", "days"), PCI_UNUSED, PCI_90),
    days(("dormant-account", "days"), NIST_UNUSED, NIST_90),
    days(("dormant-account", "days"), PCI_UNUSED, PCI_90),
    days(("dormant-account", "days"), CIS_UNUSED, CIS_45),
    days(("never-used-account", "days"), NIST_UNUSED, NIST_90),
    days(("never-used-account", "days"), PCI_UNUSED, PCI_90),
    days(("never-used-account", "days"), CIS_UNUSED, CIS_45),
    days(("dormant-privileged-account", "days"), NIST_UNUSED, NIST_90),
    days(("dormant-privileged-account", "days"), CIS_UNUSED, CIS_45),
    days(("dormant-privileged-account", "never-used-days"), NIST_UNUSED, NIST_90),
    days(("dormant-privileged-account", "never-used-days"), CIS_UNUSED, CIS_45),
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn every_bound_is_to_a_parameter_of_a_rule_that_speaks_to_the_control() {
        for it in GUARDRAILS {
            let rule = Catalogue::default().find(it.rule).unwrap_or_else(|| panic!("{it:?}"));
            let param = rule.params.iter().find(|param| param.key == it.param);
            let kind = param.unwrap_or_else(|| panic!("{it:?}")).default.value();
            let fits = match it.loosest {
                Loosest::AtMost(..) => matches!(kind, Value::Number(_)),
                Loosest::Having(_) => matches!(kind, Value::Words(_)),
            };
            assert!(fits, "{it:?}");
            assert!(rule.controls.of(it.framework).contains(&it.control), "{it:?}");
            assert!(it.says.ends_with('.'), "{it:?}");
        }
    }

    #[test]
    fn the_defaults_keep_to_every_framework_that_is_usually_shown() {
        assert_eq!(loose(""), [""; 0]);
    }

    #[test]
    fn evd_11_a_bound_is_passed_from_the_next_value_on() {
        let rules =
            "[rules.dormant-account]\ndays = 90\n[rules.leaver-still-active]\nsla-hours = 24";
        assert_eq!(loose(rules), [""; 0]);
        let rules =
            "[rules.dormant-account]\ndays = 120\n[rules.leaver-still-active]\nsla-hours = 25";
        insta::assert_snapshot!(loose(rules).join("\n"), @"
        25 hours configured, PCI DSS 8.2.5 allows 24
        120 days configured, NIST 800-53 AC-2(3)(d) allows 90
        120 days configured, PCI DSS 8.2.6 allows 90
        ");
    }

    #[test]
    fn evd_11_a_list_must_hold_what_the_control_asks_for() {
        let rules = "[rules.collection-incomplete]\nrequired = [\"users\", \"access-tokens\"]";
        insta::assert_snapshot!(loose(rules).join("\n"), @"
        users, access-tokens configured, SOC 2 CC2.1 asks for users, groups
        users, access-tokens configured, PCI DSS 7.2.4 asks for users, groups
        ");
    }

    #[test]
    fn evd_11_only_frameworks_that_are_shown_bound_anything() {
        let rules = "[rules.dormant-account]\ndays = 120\n";
        insta::assert_snapshot!(loose("[output]\ncontrols = [\"cis\"]").join("\n"), @"90 days used by default, CIS Controls 5.3 allows 45");
        let rules = format!("{rules}[output]\ncontrols = [\"soc2\", \"iso27001\"]");
        assert_eq!(loose(&rules), [""; 0]);
    }

    #[test]
    fn evd_11_a_rule_that_is_switched_off_judges_by_nothing() {
        let off = "disable = [{ rule = \"dormant-account\", reason = \"by hand\" }]";
        let rules = format!("[rules]\n{off}\n[rules.dormant-account]\ndays = 120");
        assert_eq!(loose(&rules), [""; 0]);
    }

    #[test]
    fn the_strictest_bound_is_named_with_its_control() {
        let rule = Catalogue::default().find("dormant-account").unwrap();
        let of = |shown: &[&str]| strictest(rule, rule.params[0], shown);
        assert_eq!(of(&["pci", "cis"]), "45 days (CIS Controls 5.3)");
        assert_eq!(of(&["pci"]), "90 days (PCI DSS 8.2.6)");
        assert_eq!(of(&["soc2"]), "");
    }

    /// What is too loose under a configuration that ends with `text`.
    fn loose(text: &str) -> Vec<String> {
        let catalogue = Catalogue::default();
        let config = crate::config::check::parse(
            &format!(
                "[organization]\nname = \"Acme\"\ndomains = [\"acme.test\"]\n[[instance]]\nname = \"prod\"\ntoken-env = \"T\"\n{text}"
            ),
            Path::new("/"),
            "audit.toml",
            &catalogue.words(),
        );
        let all = thresholds(&config.expect("it is sound"), catalogue.rules().iter().copied());
        all.iter().filter(|it| it.is_loose()).map(Threshold::words).collect()
    }
}
