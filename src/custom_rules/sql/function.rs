//! Functions: those that are known to work, and what to write instead of others.

use super::column::SqlType;

/// A function that SQL may call.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What it takes, for readers.
    pub takes: &'static str,
    /// What it gives, in a few words.
    pub gives: &'static str,
    /// Whether it sums many rows up.
    pub aggregate: bool,
    arguments: &'static [SqlType],
    result: Option<SqlType>,
}

impl Function {
    /// The function of that name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|it| it.name == name)
    }

    /// What an argument must be; the last kind holds for all that follow.
    pub(super) fn argument(&self, at: usize) -> SqlType {
        self.arguments.get(at).or(self.arguments.last()).copied().unwrap_or(SqlType::Any)
    }

    /// How many arguments it takes at least.
    pub(super) fn least(&self) -> usize {
        self.arguments.len()
    }

    /// What it gives; as its first argument where it does not say.
    pub(super) fn result(&self, first: SqlType) -> SqlType {
        self.result.unwrap_or(first)
    }
}

/// Every function that SQL may call; each gives unknown for unknown, but for `COALESCE`.
pub static FUNCTIONS: &[Function] = &[
    scalar("lower", "text", "the text in small letters", (&[SqlType::Text], SqlType::Text)),
    scalar("upper", "text", "the text in capitals", (&[SqlType::Text], SqlType::Text)),
    scalar("ltrim", "text", "the text without blanks in front", (&[SqlType::Text], SqlType::Text)),
    scalar(
        "rtrim",
        "text",
        "the text without blanks at the end",
        (&[SqlType::Text], SqlType::Text),
    ),
    scalar("length", "text", "how many characters it has", (&[SqlType::Text], SqlType::Number)),
    scalar(
        "left",
        "text, n",
        "its first n characters",
        (&[SqlType::Text, SqlType::Number], SqlType::Text),
    ),
    scalar(
        "right",
        "text, n",
        "its last n characters",
        (&[SqlType::Text, SqlType::Number], SqlType::Text),
    ),
    scalar(
        "split_part",
        "text, between, n",
        "its n-th part, counted from 1",
        (&[SqlType::Text, SqlType::Text, SqlType::Number], SqlType::Text),
    ),
    scalar(
        "replace",
        "text, what, by",
        "the text with one part in place of another",
        (&[SqlType::Text, SqlType::Text, SqlType::Text], SqlType::Text),
    ),
    scalar("starts_with", "text, part", "whether it begins so", (TEXTS, SqlType::Bool)),
    scalar("ends_with", "text, part", "whether it ends so", (TEXTS, SqlType::Bool)),
    scalar("abs", "number", "the number without its sign", (&[SqlType::Number], SqlType::Number)),
    Function {
        name: "coalesce",
        takes: "value, other, …",
        gives: "the first that is not missing",
        aggregate: false,
        arguments: &[SqlType::Any, SqlType::Any],
        result: None,
    },
    aggregate("count", "* or value", "how many rows", (SqlType::Any, Some(SqlType::Number))),
    aggregate("sum", "number", "their sum", (SqlType::Number, Some(SqlType::Number))),
    aggregate("avg", "number", "their mean", (SqlType::Number, Some(SqlType::Number))),
    aggregate("min", "value", "the least", (SqlType::Any, None)),
    aggregate("max", "value", "the greatest", (SqlType::Any, None)),
];

const TEXTS: &[SqlType] = &[SqlType::Text, SqlType::Text];

const fn scalar(
    name: &'static str,
    takes: &'static str,
    gives: &'static str,
    kinds: (&'static [SqlType], SqlType),
) -> Function {
    let (arguments, result) = kinds;
    Function { name, takes, gives, aggregate: false, arguments, result: Some(result) }
}

const fn aggregate(
    name: &'static str,
    takes: &'static str,
    gives: &'static str,
    kinds: (SqlType, Option<SqlType>),
) -> Function {
    let arguments: &'static [SqlType] = match kinds.0 {
        SqlType::Number => &[SqlType::Number],
        _ => &[SqlType::Any],
    };
    Function { name, takes, gives, aggregate: true, arguments, result: kinds.1 }
}

/// What to write instead of a function that is not there.
pub(super) fn instead(name: &str) -> Option<&'static str> {
    let days = "ages count from the collection and stand ready in columns such as `days_inactive` \
                and `days_since_created`";
    match name {
        "now" | "current_date" | "current_timestamp" | "current_time" | "localtimestamp"
        | "today" | "age" | "datediff" | "date_diff" | "date_trunc" | "date_part" | "dateadd"
        | "date_add" | "date_sub" | "strftime" | "julianday" => Some(days),
        "concat" | "concat_ws" => Some("write `a || b`, which is unknown where a part is"),
        "ifnull" | "nvl" | "isnull" => Some("write `COALESCE(a, b)`"),
        "nullif" | "if" | "iif" | "decode" | "greatest" | "least" => Some("write a CASE"),
        "strpos" | "instr" | "position" | "contains" | "charindex" | "regexp_like"
        | "regexp_matches" => Some("write `text LIKE '%part%'`"),
        "bool_or" | "any" | "some" => Some("write `MAX(CASE WHEN … THEN 1 ELSE 0 END) = 1`"),
        "bool_and" | "every" => Some("write `MIN(CASE WHEN … THEN 1 ELSE 0 END) = 1`"),
        "read_csv" | "read_parquet" | "read_ipc" | "read_json" => {
            Some("a rule reads the tables of the data dictionary and nothing else")
        }
        _ => None,
    }
}
