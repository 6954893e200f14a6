//! The templates that the program carries.

/// Templates with their texts, by their place in the folder of templates.
macro_rules! shipped {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../../templates/", $name)))),*]
    };
}

/// The templates that the program carries, by name: how each document is laid out, then the sections
/// that are filled into all of them.
pub(super) const SHIPPED: &[(&str, &str)] = shipped! {
    "html/parts.html.tera"
    "html/figures.html.tera"
    "html/rules.html.tera"
    "html/accounts.html.tera"
    "html/account.html.tera"
    "html/cover.html.tera"
    "html/style.css"
    "html/report.js"
    "report.html.tera"
    "actions.html.tera"
    "index.html.tera"
    "sample.html.tera"
    "pdf/parts.xml.tera"
    "pdf/figures.xml.tera"
    "pdf/rules.xml.tera"
    "pdf/accounts.xml.tera"
    "pdf/user.xml.tera"
    "pdf/rendering-notes.xml.tera"
    "sections/words.tera"
    "sections/facts.tera"
    "sections/all.tera"
    "sections/result.tera"
    "sections/actions.tera"
    "sections/instances.tera"
    "sections/charts.tera"
    "sections/scope.tera"
    "sections/source.tera"
    "sections/coverage.tera"
    "sections/controls.tera"
    "sections/findings.tera"
    "sections/rule.tera"
    "sections/privileged.tera"
    "sections/leavers.tera"
    "sections/dormancy.tera"
    "sections/seats.tera"
    "sections/groups.tera"
    "sections/settings.tera"
    "sections/pending.tera"
    "sections/people.tera"
    "sections/changes.tera"
    "sections/reviews.tera"
    "sections/waivers.tera"
    "sections/not-evaluable.tera"
    "sections/attestation.tera"
    "sections/trend.tera"
    "sections/references.tera"
    "sections/population.tera"
    "sections/definitions.tera"
    "sections/glossary.tera"
    "sections/verify.tera"
    "report.pdf.xml.tera"
    "summary.pdf.xml.tera"
};
