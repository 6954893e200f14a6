//! How loose a threshold may be: what each control takes at most, and what is looser.
//!
//! Most controls name no number. Those that do stand with their frameworks, in the words of this
//! program, and so do those whose word is “at once”, which assessors commonly take for a day.

use crate::config::{Config, Value};
use crate::frameworks::{Bound, Control, FRAMEWORKS, Framework, Loosest};
use crate::parameters::{Parameter, Parameters};
use crate::rules::Rule;
use crate::tables::dictionary::threshold;
use crate::tables::{Table, Tables};

/// The loosest value of a parameter that a control takes, with the control.
#[derive(Clone, Copy, Debug)]
pub struct Guardrail {
    /// The framework.
    pub framework: &'static Framework,
    /// The control.
    pub control: &'static Control,
    /// The bound.
    pub bound: &'static Bound,
}

/// Whether `value` is looser than a bound.
fn passes(bound: &Loosest, value: &Value) -> bool {
    match (bound, value) {
        (Loosest::Days(most) | Loosest::Hours(most), Value::Number(it)) => it > most,
        (Loosest::Words(least), Value::Words(it)) => !least.iter().all(|word| it.contains(word)),
        (Loosest::Days(_) | Loosest::Hours(_) | Loosest::Words(_), _) => false,
    }
}

/// A bound without its unit.
fn value(bound: &Loosest) -> String {
    match bound {
        Loosest::Days(most) | Loosest::Hours(most) => most.to_string(),
        Loosest::Words(least) => least.join(", "),
    }
}

/// A bound with its unit: `24 hours`.
fn measure(bound: &Loosest) -> String {
    match bound {
        Loosest::Days(1) => "1 day".to_owned(),
        Loosest::Hours(1) => "1 hour".to_owned(),
        Loosest::Days(most) => format!("{most} days"),
        Loosest::Hours(most) => format!("{most} hours"),
        Loosest::Words(_) => value(bound),
    }
}

impl Guardrail {
    /// `PCI DSS 8.2.6`.
    pub fn asked_by(&self) -> String {
        format!("{} {}", self.framework.short, self.control.id)
    }
}

/// The value of a parameter, held against one of the bounds to it.
#[derive(Debug)]
pub struct Threshold {
    /// The rule.
    pub rule: &'static Rule,
    /// The parameter.
    pub param: &'static Parameter,
    /// The value that is used.
    pub used: Value,
    /// Whether the configuration sets it.
    pub configured: bool,
    /// The bound; none where no control that is shown has one.
    pub guardrail: Option<Guardrail>,
}

impl Threshold {
    /// Whether the value is looser than the control takes.
    pub fn is_loose(&self) -> bool {
        self.guardrail.is_some_and(|guardrail| passes(&guardrail.bound.loosest, &self.used))
    }

    /// The value and the bound: `120 days configured, PCI DSS 8.2.6 allows 90`.
    pub fn words(&self) -> String {
        let Some(guardrail) = self.guardrail else { return self.used.to_string() };
        let loosest = &guardrail.bound.loosest;
        let origin = if self.configured { "configured" } else { "used by default" };
        let (used, control, most) = (&self.used, guardrail.asked_by(), value(loosest));
        // Looser than any bound is more than one, so the unit is a plural.
        match loosest {
            Loosest::Days(_) => format!("{used} days {origin}, {control} allows {most}"),
            Loosest::Hours(_) => format!("{used} hours {origin}, {control} allows {most}"),
            Loosest::Words(_) => format!("{used} {origin}, {control} asks for {most}"),
        }
    }
}

/// Every parameter of those `rules` that run, once for each control with a bound that is shown.
pub fn thresholds(
    config: &Config,
    rules: impl IntoIterator<Item = &'static Rule>,
) -> Vec<Threshold> {
    let runs = |rule: &&'static Rule| !config.rules.disabled.contains_key(rule.name);
    let mut res = Vec::new();
    for rule in rules.into_iter().filter(runs) {
        let parameters = Parameters::of(rule.name, &config.rules);
        let set = config.rules.parameters.get(rule.name);
        for param in rule.params {
            let bounds: Vec<_> = bounds(rule, param, &config.output.controls).map(Some).collect();
            let bounds = if bounds.is_empty() { vec![None] } else { bounds };
            res.extend(bounds.into_iter().map(|guardrail| Threshold {
                rule,
                param,
                used: parameters.value(param),
                configured: set.is_some_and(|it| it.contains_key(param.key)),
                guardrail,
            }));
        }
    }
    res
}

/// The strictest bound to a parameter in the `shown` frameworks, with who asks for it; empty where
/// none has one.
pub fn strictest(rule: &Rule, param: &Parameter, shown: &[&str]) -> String {
    let tightness = |it: &Guardrail| match &it.bound.loosest {
        Loosest::Days(most) | Loosest::Hours(most) => *most,
        Loosest::Words(least) => -i64::try_from(least.len()).unwrap_or(i64::MAX),
    };
    let strictest = bounds(rule, param, shown).min_by_key(tightness);
    let words = |guardrail: Guardrail| {
        format!("{} ({})", measure(&guardrail.bound.loosest), guardrail.asked_by())
    };
    strictest.map(words).unwrap_or_default()
}

fn bounds<'a>(
    rule: &'a Rule,
    param: &'a Parameter,
    shown: &'a [&str],
) -> impl Iterator<Item = Guardrail> + use<'a> {
    let here = |guardrail: &Guardrail| {
        (&*guardrail.bound.rule, &*guardrail.bound.parameter) == (rule.code, param.key)
    };
    all().filter(here).filter(|it| shown.contains(&it.framework.key.as_str()))
}

/// Every bound, by framework and control.
fn all() -> impl Iterator<Item = Guardrail> {
    let of = |framework: &'static Framework| {
        let controls = framework.controls.iter();
        controls.flat_map(move |control| {
            control.bounds.iter().map(move |bound| Guardrail { framework, control, bound })
        })
    };
    FRAMEWORKS.iter().flat_map(of)
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
        let text = |of: fn(&Guardrail) -> String| it.guardrail.as_ref().map(of).unwrap_or_default();
        let bound = text(|it| format!(" {} {}", it.framework.key, it.control.id));
        rows.push(threshold::Row {
            instance: "all".into(),
            rule_code: rule.code.into(),
            rule: rule.name.into(),
            parameter: key.into(),
            used: it.used.to_string().into(),
            default_value: it.param.default.value().to_string().into(),
            configured: it.configured,
            framework: text(|it| it.framework.key.clone()).into(),
            control: text(|it| it.control.id.clone()).into(),
            tolerated: text(|it| value(&it.bound.loosest)).into(),
            says: text(|it| it.bound.says.clone()).into(),
            looser: it.is_loose(),
            threshold_id: format!("{} {key}{bound}", rule.code).into(),
            label: format!("{} {key}", rule.name).into(),
            asked_by: text(Guardrail::asked_by).into(),
        });
    }
    tables.with(Table::Thresholds, rows.finish())
}

#[cfg(test)]
mod tests {
    use crate::config::Known;
    use std::path::Path;

    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn every_bound_is_to_a_parameter_of_a_rule_that_speaks_to_the_control() {
        for Guardrail { framework, control, bound: it } in all() {
            let rule = Catalogue::default().find(&it.rule).unwrap_or_else(|| panic!("{it:?}"));
            let param = rule.params.iter().find(|param| param.key == it.parameter);
            let kind = param.unwrap_or_else(|| panic!("{it:?}")).default.value();
            let fits = match &it.loosest {
                Loosest::Days(_) | Loosest::Hours(_) => matches!(kind, Value::Number(_)),
                Loosest::Words(_) => matches!(kind, Value::Words(_)),
            };
            assert!(fits, "{it:?}");
            let speaks = rule.controls(framework).iter().any(|it| it.id == control.id);
            assert!(speaks, "{it:?}");
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
            &Known { rules: &catalogue.words(), ..Known::default() },
        );
        let all = thresholds(&config.expect("it is sound"), catalogue.rules().iter().copied());
        all.iter().filter(|it| it.is_loose()).map(Threshold::words).collect()
    }
}
