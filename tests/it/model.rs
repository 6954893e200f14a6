//! `templates/README.md` says what templates may name: exactly the report's fields.

use std::fmt::Write as _;
use std::fs;

use retool_audit::tables::Table;

/// Files whose public structs are the report, in reading order.
const MODEL: &[&str] = &[
    "src/report.rs",
    "src/report/branding.rs",
    "src/report/results.rs",
    "src/audit/overrides.rs",
    "src/report/comparison.rs",
    "src/report/sections.rs",
    "src/report/periods.rs",
    "src/report/lifecycle.rs",
    "src/report/people.rs",
    "src/report/posture.rs",
    "src/report/charts.rs",
    "src/report/table.rs",
];

/// Files with structs whose fields others take in as theirs.
const FLATTENED: [&str; 2] = ["src/audit/finding.rs", "src/audit/lifecycle.rs"];

const HEAD: &str = "# Templates

The report is made from these files. What it says is in `sections/`, where each section is once, in the order of `sections/all.tera`; how it is laid out is in `html/` and `pdf/`.
`report.html.tera` with `html/` and `sections/` becomes `report.html`; `report.pdf.xml.tera` and `summary.pdf.xml.tera` with `pdf/` and `sections/` become `report.pdf` and `summary.pdf`.
They are [tera](https://keats.github.io/tera/) templates.
`retool-audit templates export DIR` writes them into a folder; with `templates-dir = \"DIR\"` under `[output]`, every file of that folder replaces the program's of the same name.
Files that you did not change can be deleted: what is not there is taken from the program, and so gets better with it.
An error in a template is reported with file, line and reason, and no pack is written; where a template of yours made one of the program's fail, it is yours that is named. The templates you replaced lie in the evidence pack under `inputs/templates/`.

Whatever a template prints is escaped, and characters that act without being seen are shown as `⟨U+202E⟩`: text from Retool cannot become markup.
Of a text longer than 2,000 characters there is the beginning, and how many more there are; the CSV set, `report.json` and `population.json` hold all of it.

The filters beside tera's own: `grouped` (12,345), `cell` (yes, no, – for none), `moment` (2026-11-02 06:00), `day`, `prose` (what stands between backticks becomes code), `slug` (for ids and links), `words` (not-evaluable becomes not evaluable), `json` (data for a script), `css` (text for a string in the style sheet).
The first `<style>` and the first `<script>` of the HTML document are what its content security policy allows; no other script runs.

The variables are the fields of `Report`, and `tables`. `report.json` and, for the tables, `population.json` hold the same, with the same names. `paper` says whether it is a PDF that is filled: what a section has under `{% if paper %}` is there alone.

A section says `<p>`, `<ul>`, `<li>`, `<b>`, `<code>` and `<br/>` as they are, which both documents understand. All else comes from components, listed below: those that begin with `doc` are in `html/` and in `pdf/` with the same arguments, and those that begin with `say` are words. An argument after `@` is what the variable of that name holds where the component is called.

The tables `users` and `people` have a row for everybody, so no variable holds them: where `<?rows users pdf/user.xml.tera 0 1000 more words?>` stands in `report.html.tera`, in `report.pdf.xml.tera` or in what they include, that template is filled with rows of a table of `tables`, from a place (counted from 0) on and so many, some at a time. Its variables are `rows`; `before`: how many came before them; and `words`: what else is said there.
The elements that PDF templates may use are described at the head of `crates/markup-pdf/src/markup.rs`; among them, `<missing>` makes the section about characters that no font has.
Four of them draw counts, and print the numbers that they draw: `<bars>`, `<columns>`, `<stacks>` and `<multiples>`, described in `crates/markup-pdf/src/markup/charts.rs`. A value that is left out is unknown, and never drawn as zero.
";

/// Templates whose components sections call, with what these are.
const COMPONENTS: [(&str, &str); 5] = [
    ("templates/html/parts.html.tera", "Layout"),
    ("templates/html/figures.html.tera", "Layout of numbers"),
    ("templates/html/rules.html.tera", "Layout of rules"),
    ("templates/html/accounts.html.tera", "Layout of accounts"),
    ("templates/sections/words.tera", "Words"),
];

#[test]
fn the_list_of_what_templates_may_name_is_current() {
    let mut text = HEAD.to_owned();
    for (file, title) in COMPONENTS {
        write!(text, "\n## {title}\n\n").expect("text grows");
        components(&mut text, &fs::read_to_string(file).expect("the template"));
    }
    for file in MODEL {
        let source = fs::read_to_string(file).expect("the source");
        let source = source.split("#[cfg(test)]").next().expect("a beginning");
        for it in source.split("\npub struct ").skip(1) {
            describe(&mut text, source, it);
        }
    }
    text += "\n## The tables\n\n\
             Each of `tables` has `file`, `about`, `columns` and `rows`; a row's cells go by these \
             names.\n";
    for table in Table::ALL.iter().filter(|it| it.file().is_some()) {
        let name = table.file().expect("a file").replace('-', "_");
        write!(text, "\n### {name}\n\n{}\n\n", table.meaning()).expect("text grows");
        for it in table.columns().iter().filter(|it| it.shown) {
            writeln!(text, "- `{}`: {}", it.name, it.meaning).expect("text grows");
        }
    }
    let file = "templates/README.md";
    if std::env::var_os("INSTA_UPDATE").is_some_and(|it| it == "always") {
        fs::write(file, &text).expect("room");
    }
    let current = fs::read_to_string(file).unwrap_or_default();
    assert!(current == text, "{file} is not current: `INSTA_UPDATE=always cargo test` writes it");
}

/// The components that sections call, each with its arguments and the comment above it.
fn components(text: &mut String, source: &str) {
    let mut parts = source.split("{%- component ");
    let mut before = parts.next().unwrap_or_default();
    for part in parts {
        let (signature, _) = part.split_once(" -%}").expect("the end of a tag");
        if signature.starts_with("doc.") || signature.starts_with("say.") {
            let comment = before.trim_end().strip_suffix("-#}");
            let comment = comment.and_then(|it| it.rsplit_once("{#-")).expect("a comment").1;
            let words: Vec<&str> = comment.split_whitespace().collect();
            writeln!(text, "- `{signature}`: {}", words.join(" ")).expect("text grows");
        }
        before = part;
    }
}

/// A struct as a heading and a list: its doc comment, then each public field with its own.
fn describe(text: &mut String, source: &str, rest: &str) {
    let (name, rest) = rest.split_once([' ', '<']).expect("a name");
    let Some((body, _)) = rest.split_once("\n}") else { return };
    let before = source.split(&format!("\npub struct {name}")).next().expect("a beginning");
    let doc: Vec<&str> = before.lines().rev().skip_while(|it| it.starts_with('#')).collect();
    let doc: Vec<&str> = doc.into_iter().map_while(|it| it.strip_prefix("/// ")).collect();
    let doc = doc.into_iter().rev().collect::<Vec<_>>().join(" ");
    write!(text, "\n## {name}\n\n{doc}\n\n").expect("text grows");
    list(text, body);
}

/// The fields of a struct by the names that they serialise to, those of flattened ones among them.
fn list(text: &mut String, body: &str) {
    let (mut said, mut attributes) = (Vec::new(), String::new());
    for line in body.lines().map(str::trim) {
        if let Some(it) = line.strip_prefix("/// ") {
            said.push(it);
        } else if line.starts_with("#[serde(") {
            attributes += line;
        } else if let Some((field, kind)) =
            line.strip_prefix("pub ").unwrap_or(line).trim_end_matches(',').split_once(": ")
        {
            if attributes.contains("flatten") {
                list(text, &fields_of(&without_lifetimes(kind)));
            } else if !attributes.contains("skip)") {
                let renamed = attributes.split_once("rename = \"").map(|it| it.1);
                let field = renamed.and_then(|it| it.split('"').next()).unwrap_or(field);
                // What is not there is an empty text then, or `unknown`.
                let is_text = attributes.contains("serialize_with");
                let kind =
                    if is_text { "text".to_owned() } else { plain(&without_lifetimes(kind)) };
                writeln!(text, "- `{field}` ({kind}): {}", said.join(" ")).expect("text grows");
            }
            said.clear();
            attributes.clear();
        }
    }
}

/// The fields of a struct that others take in as theirs, as it serialises.
fn fields_of(kind: &str) -> String {
    let sources = FLATTENED.map(|it| fs::read_to_string(it).expect("the source"));
    let of = |kind: &str| {
        let beginning = format!("struct {kind} {{\n");
        let found = sources.iter().find_map(|it| it.split_once(&beginning));
        found.unwrap_or_else(|| panic!("`{kind}` is in no source of {FLATTENED:?}"))
    };
    let (before, rest) = of(kind);
    let attributes = before.rsplit("\n\n").next().expect("what stands before it");
    if let Some((_, into)) = attributes.split_once("#[serde(into = \"") {
        let (_, fields) = of(into.split('"').next().expect("a type"));
        return fields.split("\n}").next().expect("an end").to_owned();
    }
    rest.split("\n}").next().expect("an end").to_owned()
}

/// A type without how long it lives.
fn without_lifetimes(kind: &str) -> String {
    ["&'a ", "<'a>", "<'static>", "'a, "]
        .iter()
        .fold(kind.to_owned(), |kind, it| kind.replace(it, ""))
}

/// A type in words of those who write templates.
fn plain(kind: &str) -> String {
    let inside = |outer: &str| kind.strip_prefix(outer)?.strip_suffix('>');
    if let Some(it) = inside("Vec<") {
        return format!("list of {}", plain(it));
    }
    if let Some(it) = inside("Option<") {
        return format!("{} or nothing", plain(it));
    }
    match kind {
        "&'static [&'static str]" => "list of text".to_owned(),
        // Colours serialise as `#rrggbb`.
        "String" | "&'static str" | "str" | "Cow<str>" | "Color" => "text".to_owned(),
        "u32" | "u64" | "usize" | "i64" => "number".to_owned(),
        "bool" => "yes or no".to_owned(),
        "Cell" => "cell of a table".to_owned(),
        // Enums serialise as their words.
        "State" | "Verdict" | "Severity" | "FindingVerdict" | "FindingState" | "Subject"
        | "Became" => "word".to_owned(),
        other => other.to_owned(),
    }
}
