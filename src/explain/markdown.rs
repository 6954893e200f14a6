//! The catalogue and one rule in Markdown; the README's table is made here.

use std::fmt::Write as _;

use super::{ExplainedCatalogue, ExplainedParameter, ExplainedRule};

/// Every rule in a table.
pub fn list(catalogue: &ExplainedCatalogue) -> String {
    let mut res = vec![
        "| code | name | severity | an exception is | SOC 2 | ISO 27001 | thresholds |".to_owned(),
        "| --- | --- | --- | --- | --- | --- | --- |".to_owned(),
    ];
    for it in &catalogue.rules {
        let severity = match it.escalation.split(' ').next() {
            Some(worse) if !worse.is_empty() => format!("{} or {worse}", it.severity.word()),
            _ => it.severity.word().to_owned(),
        };
        let thresholds = if it.enabled {
            let value = |explained_parameter: &ExplainedParameter| {
                format!("`{}` {}", explained_parameter.key, explained_parameter.value)
            };
            it.parameters.iter().map(value).collect::<Vec<_>>().join("<br>")
        } else {
            format!("switched off: {}", it.disabled_because)
        };
        let [soc2, iso] = ["soc2", "iso27001"].map(|key| it.ids(key).join(", "));
        res.push(format!(
            "| {} | `{}` | {severity} | {} | {soc2} | {iso} | {} |",
            it.code,
            it.name,
            it.title,
            cell(&thresholds)
        ));
    }
    res.join("\n")
}

/// One rule under a heading.
pub fn page(it: &ExplainedRule) -> String {
    let mut res = format!("## {} `{}`\n\n{}.\n", it.code, it.name, it.title);
    let mut part = |head: &str, text: &str| {
        write!(res, "\n**{head}.** {text}\n").expect("text grows");
    };
    if !it.enabled {
        part("Switched off", &it.disabled_because);
    }
    part("Predicate", it.predicate);
    part("Risk", it.risk);
    part("Remedy", it.remedy);
    part("What would decide about an undetermined subject", it.missing);
    part("Severity", &super::text::severity(it));
    part("Version, which waivers are approved for", &it.version);
    if !it.parameters.is_empty() {
        res += "\n| parameter | used | default | strictest | meaning |\n| --- | --- | --- | --- | --- |\n";
    }
    for it in &it.parameters {
        let [value, default] = [&it.value, &it.default].map(|it| cell(it));
        let (key, strictest, about) = (it.key, &it.strictest, it.about);
        writeln!(res, "| `{key}` | {value} | {default} | {strictest} | {about} |")
            .expect("text grows");
    }
    res += "\n| control | intent |\n| --- | --- |\n";
    for it in &it.controls {
        writeln!(res, "| {} {} | {} |", it.name, it.id, it.intent).expect("text grows");
    }
    res += "\n| table | column | meaning | missing |\n| --- | --- | --- | --- |\n";
    for table in &it.tables {
        for it in &table.columns {
            let (table, column) = (table.table, it.column);
            writeln!(res, "| {table} | `{column}` | {} | {} |", it.meaning, it.missing)
                .expect("text grows");
        }
    }
    write!(res, "\nAs SQL for DuckDB:\n\n```sql\n{}\n```\n", it.sql).expect("text grows");
    res.trim_end().to_owned()
}

/// Text within a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
