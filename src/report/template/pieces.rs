//! A template's text in pieces, with the rows of long tables filled in some at a time.

use tera::Context;

use super::{Error, TemplateContext, explain};
use crate::report::table::{DataTable, DataTables};

/// Rows that are filled in at a time.
const CHUNK: usize = 500;

/// The pieces of a filled template, in order.
#[derive(Debug)]
pub struct Pieces<'a> {
    filling: &'a TemplateContext,
    name: &'a str,
    tables: &'a DataTables,
    /// The filled template, and how much of it has been handed out.
    text: String,
    at: usize,
    rows: Option<Wanted<'a>>,
}

/// Rows that the template asks for and that have not come yet.
#[derive(Debug)]
struct Wanted<'a> {
    table: &'a DataTable<'static>,
    template: String,
    next: usize,
    left: usize,
    before: usize,
    words: Vec<String>,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(
        filling: &'a TemplateContext,
        name: &'a str,
        tables: &'a DataTables,
        text: String,
    ) -> Self {
        Self { filling, name, tables, text, at: 0, rows: None }
    }

    /// The text up to where rows are wanted, or to the end.
    fn text(&mut self) -> Result<Option<String>, Error> {
        let rest = &self.text[self.at..];
        let Some((text, after)) = rest.split_once("<?rows ") else {
            let res = rest.to_owned();
            self.at = self.text.len();
            return Ok((!res.is_empty()).then_some(res));
        };
        let (words, _) = after.split_once("?>").unwrap_or((after, ""));
        let Some(wanted) = self.wanted(words) else {
            let template = self.name.to_owned();
            let expected = "a table, a template, the first row and their number";
            let reason = format!("`<?rows {words}?>` must name {expected}");
            self.at = self.text.len();
            return Err(Error::Of { template, reason });
        };
        let res = text.to_owned();
        self.at += text.len() + "<?rows ".len() + words.len() + "?>".len();
        self.rows = Some(wanted);
        Ok(Some(res))
    }

    fn wanted(&self, words: &str) -> Option<Wanted<'a>> {
        let words: Vec<&str> = words.split_whitespace().collect();
        let [table, template, first, count, words @ ..] = words.as_slice() else { return None };
        Some(Wanted {
            table: self.tables.get(*table)?,
            template: (*template).to_owned(),
            next: first.parse().ok()?,
            left: count.parse().ok()?,
            before: 0,
            words: words.iter().map(|it| (*it).to_owned()).collect(),
        })
    }

    fn rows(&mut self) -> Option<Result<String, Error>> {
        let wanted = self.rows.as_mut().filter(|it| it.left > 0)?;
        let n_rows = wanted.left.min(CHUNK);
        let mut context = Context::new();
        context.insert("rows", &wanted.table.slice(wanted.next, n_rows));
        context.insert("before", &wanted.before);
        context.insert("words", &wanted.words);
        wanted.next += n_rows;
        wanted.before += n_rows;
        wanted.left -= n_rows;
        let filled = self.filling.filler.fill(&wanted.template, &context);
        let wrong = |it| self.filling.templates.place(explain(&wanted.template, &it));
        Some(filled.map_err(wrong))
    }
}

impl Iterator for Pieces<'_> {
    type Item = Result<String, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows().or_else(|| self.text().transpose())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Filler, TemplateContext, Templates};
    use crate::report::table::{Cell, Column, DataTable, DataTables};
    use tera::Context;

    fn fill(template: &'static str) -> String {
        let row = "{% for it in rows %}{{ before + loop.index }} {{ it.name }}{% for word in words %}, {{ word }}{% endfor %}\n{% endfor %}";
        let texts = [("it.xml.tera", template), ("row.xml.tera", row)];
        let filler = Filler::load(texts.into_iter()).unwrap();
        let filling =
            TemplateContext { templates: Templates::shipped(), filler, context: Context::new() };
        let column = Column { name: "name", kind: "text", missing: "", meaning: "" };
        let row = |it: usize| vec![Cell::Text(format!("<{it}>").into())];
        let rows = (0..1200).map(row).collect::<Vec<_>>().into();
        let table = DataTable { file: "users", about: "", columns: vec![column], rows };
        let tables = DataTables::from([("users".to_owned(), table)]);
        let pieces: Vec<String> = filling
            .pieces("it.xml.tera", &tables)
            .unwrap()
            .map(|it| match it {
                Ok(text) if text.lines().count() > 3 => {
                    let lines: Vec<&str> = text.lines().collect();
                    format!("{}…{}", lines[0], lines[lines.len() - 1])
                }
                Ok(text) => text,
                Err(error) => format!("error: {error}"),
            })
            .take(5)
            .collect();
        pieces.join("|")
    }

    #[test]
    fn rows_come_some_at_a_time_where_they_are_wanted() {
        let cases = [
            "<a><?rows users row.xml.tera 100 1050?></a>",
            "<a><?rows users row.xml.tera 1199 9?></a>",
            "<a><?rows users row.xml.tera 7 1 and more?></a>",
            "<a><?rows users row.xml.tera 0 0?></a>",
            "<a><?rows no-table row.xml.tera 0 1?></a>",
            "<a><?rows users?></a>",
            "<a><?rows users none.xml.tera 0 1?></a>",
        ];
        let lines: Vec<String> = cases.iter().map(|case| fill(case)).collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        <a>|1 &lt;100&gt;…500 &lt;599&gt;|501 &lt;600&gt;…1000 &lt;1099&gt;|1001 &lt;1100&gt;…1050 &lt;1149&gt;|</a>
        <a>|1 &lt;1199&gt;
        |</a>
        <a>|1 &lt;7&gt;, and, more
        |</a>
        <a>|</a>
        error: template `it.xml.tera`: `<?rows no-table row.xml.tera 0 1?>` must name a table, a template, the first row and their number
        error: template `it.xml.tera`: `<?rows users?>` must name a table, a template, the first row and their number
        <a>|error: template `none.xml.tera`: Template 'none.xml.tera' not found|</a>
        ");
    }
}
