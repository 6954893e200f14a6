//! What `init` has to know: from the command line, and from a person at a terminal.

use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};

use crate::cli::InitArgs;
use crate::config::check;
use crate::names::misnomer;
use crate::run::Error;

/// What the configuration is made of.
#[derive(Debug)]
pub(super) struct Answers {
    /// Whose access is reviewed.
    pub(super) organization: String,
    /// Its own mail domains.
    pub(super) domains: Vec<String>,
    /// Where its days end.
    pub(super) timezone: String,
    /// At least one.
    pub(super) instances: Vec<NewInstance>,
    /// The people, where there is a file of them.
    pub(super) roster: Option<PathBuf>,
    /// Whether that file says of which day it is.
    pub(super) roster_says_its_day: bool,
    /// The folder of packs.
    pub(super) out: PathBuf,
}

/// One instance.
#[derive(Debug)]
pub(super) struct NewInstance {
    /// What reports call it.
    pub(super) name: String,
    /// Where it is.
    pub(super) url: String,
    /// The variable that holds its token.
    pub(super) token_env: String,
    /// Who answers for it; empty where nobody is named.
    pub(super) owner: String,
}

impl Answers {
    /// As the command line says; what it leaves open is asked, or else has a usual value.
    ///
    /// # Errors
    ///
    /// When something is left open that has no usual value, and nobody can be asked.
    pub(super) fn of(args: &InitArgs, asks: bool, dir: &Path) -> Result<Self, Error> {
        let talk = Talk { asks };
        let organization = match &args.organization {
            Some(it) => it.clone(),
            None => talk.required("Organization, as it stands on the report", "--organization")?,
        };
        let domains = if args.domains.is_empty() {
            let text = talk.required("Mail domains of your own people", "--domain")?;
            text.split([',', ' ', ';']).filter(|it| !it.is_empty()).map(str::to_owned).collect()
        } else {
            args.domains.clone()
        };
        let timezone = match &args.timezone {
            Some(it) => it.clone(),
            None => talk.sound("Time zone", &own_zone(), check::sound_zone)?,
        };
        let instances = instances(args, talk)?;
        let roster = match &args.roster {
            Some(it) => Some(it.clone()),
            None => talk.path("Roster, an export from HR or the identity provider", dir)?,
        };
        let out = match &args.out {
            Some(it) => it.clone(),
            None => talk.or_usual("Folder for the evidence", "evidence")?.into(),
        };
        let roster_says_its_day = true;
        Ok(Self { organization, domains, timezone, instances, roster, roster_says_its_day, out })
    }
}

fn instances(args: &InitArgs, talk: Talk) -> Result<Vec<NewInstance>, Error> {
    let given = |list: &[(String, String)], name: &str| {
        list.iter().find(|it| it.0 == name).map(|it| it.1.clone())
    };
    let variable = |name: &str| {
        let fits =
            |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' };
        format!("RETOOL_{}_TOKEN", name.chars().map(fits).collect::<String>())
    };
    let of = |(name, url): (String, String)| NewInstance {
        token_env: given(&args.token_env, &name).unwrap_or_else(|| variable(&name)),
        owner: given(&args.owner, &name).unwrap_or_default(),
        name,
        url,
    };
    if !args.instances.is_empty() {
        return Ok(args.instances.iter().cloned().map(of).collect());
    }
    if !talk.asks {
        return Err(open("--instance"));
    }
    let mut res: Vec<NewInstance> = Vec::new();
    loop {
        let usual = if res.is_empty() { "cloud" } else { "" };
        let name = talk.sound("Instance, a short name", usual, |it| {
            let taken = res.iter().any(|other| other.name.eq_ignore_ascii_case(it));
            match misnomer(it) {
                None if !taken => Ok(()),
                None => Err("there is one of that name already".into()),
                Some(_) => Err("use letters, digits, `-`, `_` and `.`".into()),
            }
        })?;
        let url = talk.sound("  its address, as in the browser", "", check::sound_url)?;
        let token_env = talk.or_usual("  variable that holds its API token", &variable(&name))?;
        let owner = talk.or_usual("  who answers for it, such as Ana Pereira, platform", "")?;
        res.push(NewInstance { name, url, token_env, owner });
        if !talk.yes("Another instance?")? {
            return Ok(res);
        }
    }
}

/// Questions on a terminal.
#[derive(Clone, Copy)]
struct Talk {
    /// Whether a person is there.
    asks: bool,
}

impl Talk {
    /// An answer without which there is no configuration.
    fn required(self, question: &str, option: &'static str) -> Result<String, Error> {
        if !self.asks {
            return Err(open(option));
        }
        self.sound(question, "", |it| match it {
            "" => Err("an answer is needed".into()),
            _ => Ok(()),
        })
    }

    /// An answer, or what is usual.
    fn or_usual(self, question: &str, usual: &str) -> Result<String, Error> {
        self.sound(question, usual, |_| Ok(()))
    }

    /// The same, asked again until it is sound.
    fn sound(
        self,
        question: &str,
        usual: &str,
        check: impl Fn(&str) -> Result<(), String>,
    ) -> Result<String, Error> {
        if !self.asks {
            return Ok(usual.to_owned());
        }
        loop {
            let res = ask(question, usual).map_err(Error::Ask)?;
            match check(&res) {
                Ok(()) => return Ok(res),
                Err(why) => writeln!(std::io::stderr(), "  {why}").map_err(Error::Ask)?,
            }
        }
    }

    /// Whether it is so; usually it is not.
    fn yes(self, question: &str) -> Result<bool, Error> {
        let answer = |it: &str| match it.to_lowercase().as_str() {
            "y" | "yes" => Some(true),
            "n" | "no" => Some(false),
            _ => None,
        };
        let known = |it: &str| answer(it).map(drop).ok_or("answer with yes or no".to_owned());
        Ok(answer(&self.sound(question, "no", known)?).unwrap_or_default())
    }

    /// A file that is there, if one is named.
    fn path(self, question: &str, dir: &Path) -> Result<Option<PathBuf>, Error> {
        let question = format!("{question} (CSV or XLSX; empty for none yet)");
        let there = |it: &str| match it {
            "" => Ok(()),
            it if dir.join(it).is_file() => Ok(()),
            _ => Err(format!("`{}` is not there", dir.join(it).display())),
        };
        let res = self.sound(&question, "", there)?;
        Ok((!res.is_empty()).then(|| res.into()))
    }
}

/// One question, and the line that is typed; what is usual where that is empty.
fn ask(question: &str, usual: &str) -> std::io::Result<String> {
    let hint = if usual.is_empty() { String::new() } else { format!(" [{usual}]") };
    let mut terminal = std::io::stderr();
    write!(terminal, "{question}{hint}: ")?;
    terminal.flush()?;
    let mut line = String::new();
    if std::io::stdin().lock().read_line(&mut line)? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    let line = line.trim();
    Ok(if line.is_empty() { usual.to_owned() } else { line.to_owned() })
}

/// The time zone of this machine, where it says so.
fn own_zone() -> String {
    let stated = std::env::var("TZ").ok();
    let stated = stated.or_else(|| crate::files::read_text(Path::new("/etc/timezone")).ok());
    let zone = stated.map(|it| it.trim().to_owned());
    zone.filter(|it| check::sound_zone(it).is_ok()).unwrap_or_else(|| "UTC".to_owned())
}

fn open(option: &'static str) -> Error {
    Error::Unanswered { option }
}
