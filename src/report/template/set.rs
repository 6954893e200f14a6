//! The templates in use: those the program carries, but for those a folder replaces.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::shipped::SHIPPED;
use super::{Error, Explained, Filler, explain};
use crate::digest::Digest;
use crate::files;

/// A text for each of the program's templates, by name.
#[derive(Clone, Debug)]
pub struct Templates {
    texts: BTreeMap<&'static str, Cow<'static, str>>,
    /// The folder that some of them come from, as it was named.
    dir: Option<PathBuf>,
}

impl Templates {
    /// Those that the program carries.
    pub fn shipped() -> Self {
        let texts = SHIPPED.iter().map(|(name, text)| (*name, Cow::Borrowed(*text))).collect();
        Self { texts, dir: None }
    }

    /// Those that the program carries, but for those that `dir` has under the same name.
    ///
    /// # Errors
    ///
    /// Fails when a file cannot be read, has no template's name, or is not well written.
    pub fn with(dir: &Path) -> Result<Self, Error> {
        let mut res = Self::shipped();
        res.dir = Some(dir.to_owned());
        res.read(dir, "")?;
        Filler::load(res.iter()).map_err(|it| res.place(explain(super::HTML, &it)))?;
        Ok(res)
    }

    /// Every template with its text, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> + Clone {
        self.texts.iter().map(|(name, text)| (*name, text.as_ref()))
    }

    /// Those that a folder put in place of the program's, by name.
    pub fn replaced(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let own = self.texts.iter().filter(|(_, text)| matches!(text, Cow::Owned(_)));
        own.map(|(name, text)| (*name, text.as_ref()))
    }

    /// Names the templates as they stand: SHA-256 over their names and texts.
    pub fn fingerprint(&self) -> String {
        let mut hash = Digest::default();
        for (name, text) in self.iter() {
            hash.update(format!("{name}\n{text}\n"));
        }
        hash.hex()
    }

    /// The error, with the file that is wrong where a folder has it. Where one of the folder's
    /// templates made another one fail, it is that one that is to be mended.
    pub(super) fn place(&self, explained: Explained) -> Error {
        let Explained { error, calls } = explained;
        let Error::At { mut template, mut line, mut reason } = error else { return error };
        let own = |name: &str| self.replaced().any(|it| it.0 == name);
        if !own(&template)
            && let Some(caller) = calls.into_iter().find(|it| own(&it.0))
        {
            reason = format!("{reason} (in `{template}` line {line})");
            (template, line) = caller;
        }
        let dir = self.dir.as_ref().filter(|_| own(&template));
        let file = dir.map(|it| it.join(&template).display().to_string());
        Error::At { template: file.unwrap_or(template), line, reason }
    }

    fn read(&mut self, dir: &Path, prefix: &str) -> Result<(), Error> {
        let unread = |path: &Path| {
            let path = path.to_owned();
            |source| Error::Read { path, source }
        };
        let entries = fs::read_dir(dir).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        for entry in entries.map_err(unread(dir))? {
            let path = entry.path();
            let file = entry.file_name().to_string_lossy().into_owned();
            let name = format!("{prefix}{file}");
            let within = format!("{name}/");
            if path.is_dir() && SHIPPED.iter().any(|it| it.0.starts_with(&within)) {
                self.read(&path, &within)?;
            } else if let Some((known, _)) = SHIPPED.iter().find(|it| it.0 == name) {
                let text = files::read_text(&path).map_err(unread(&path))?;
                self.texts.insert(known, Cow::Owned(text));
            } else if name != README && !file.starts_with('.') {
                return Err(Error::Unknown { path });
            }
        }
        Ok(())
    }
}

/// What lies beside the templates and is none.
const README: &str = "README.md";

/// Writes every template that the program carries into `dir`, with the list of what they may name.
///
/// # Errors
///
/// Fails when a file cannot be written; one that is there already is never overwritten.
pub fn export(dir: &Path) -> Result<(), Error> {
    let readme = (README, include_str!("../../../templates/README.md"));
    for (name, text) in SHIPPED.iter().chain([&readme]) {
        let path = dir.join(name);
        let folder = path.parent().unwrap_or(dir);
        let written = files::make_folder(folder);
        let written = written.and_then(|()| files::write(&path, text.as_bytes()));
        written.map_err(|source| Error::Write { path, source })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::template::TemplateContext;
    use crate::report::template::tests::empty_report;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let res = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = res.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        res
    }

    fn refusal(files: &[(&str, &str)]) -> String {
        let dir = folder(files);
        let error = Templates::with(dir.path()).unwrap_err().to_string();
        error.replace(&dir.path().display().to_string(), "<dir>")
    }

    #[test]
    fn a_folder_replaces_templates_by_name() {
        let dir =
            folder(&[("html/cover.html.tera", "<h1>{{ organization }}</h1>"), ("README.md", "")]);
        let templates = Templates::with(dir.path()).unwrap();
        assert_eq!(templates.replaced().count(), 1);
        assert_ne!(templates.fingerprint(), Templates::shipped().fingerprint());
        let document = TemplateContext::of(&empty_report(), &templates)
            .unwrap()
            .render(super::super::HTML)
            .unwrap();
        assert!(document.contains("<h1>Acme &amp; &lt;Sons&gt;</h1>"));
    }

    #[test]
    fn what_is_exported_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        export(dir.path()).unwrap();
        let templates = Templates::with(dir.path()).unwrap();
        assert_eq!(templates.fingerprint(), Templates::shipped().fingerprint());
        let again = export(dir.path()).unwrap_err();
        assert!(matches!(again, Error::Write { .. }), "{again}");
    }

    #[test]
    fn a_wrong_file_is_named_with_its_place() {
        let wrong = [
            refusal(&[("html/covr.html.tera", "")]),
            refusal(&[("html/cover.html.tera", "<p>\n{% if x %}\n")]),
            refusal(&[("html/cover.html.tera", "{{ organization | shout }}")]),
        ];
        insta::assert_snapshot!(wrong.join("\n"), @"
        `<dir>/html/covr.html.tera` is not the name of a template
        template `<dir>/html/cover.html.tera` line 3: Unexpected end of input
        template `<dir>/html/cover.html.tera` line 1: Unknown filter `shout`
        ");
    }

    #[test]
    fn what_a_template_of_a_folder_asks_for_in_vain_is_named_with_its_place() {
        let dir = folder(&[("html/cover.html.tera", "\n{{ organisation }}")]);
        let templates = Templates::with(dir.path()).unwrap();
        let filling = TemplateContext::of(&empty_report(), &templates).unwrap();
        let error = filling.render(super::super::HTML).unwrap_err().to_string();
        let error = error.replace(&dir.path().display().to_string(), "<dir>");
        insta::assert_snapshot!(error.split(". ").next().unwrap(), @"template `<dir>/html/cover.html.tera` line 2: Variable `organisation` is not defined");
    }

    #[test]
    fn a_template_of_a_folder_that_makes_another_fail_is_named() {
        let row = "{% set columns = [[\"Word\", \"\", \"1*\"]] %}\n{{ <doc.row cells={[word]}/> }}";
        let dir = folder(&[("sections/glossary.tera", row)]);
        let templates = Templates::with(dir.path()).unwrap();
        let filling = TemplateContext::of(&empty_report(), &templates).unwrap();
        let refusal = |name| {
            let error = filling.render(name).unwrap_err().to_string();
            error.rsplit_once(" line ").unwrap().0.to_owned()
        };
        let both = [super::super::HTML, super::super::PDF].map(refusal).join("\n");
        insta::assert_snapshot!(both.replace(&dir.path().display().to_string(), "<dir>"), @"
        template `<dir>/sections/glossary.tera` line 2: nothing for the column `Word` (in `html/parts.html.tera`
        template `<dir>/sections/glossary.tera` line 2: nothing for the column `Word` (in `pdf/parts.xml.tera`
        ");
    }
}
