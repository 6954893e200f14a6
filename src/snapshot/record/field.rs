//! What fields hold: ids of any kind, counts, and values of which the server may say nothing.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An id of Retool's: opaque text, although some versions send a number.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Id(pub String);

impl Id {
    /// What stands for the id of the `number`-th record of a list where none could be read: the
    /// record stands for a person or a thing, and it is unknown which.
    pub fn made_up(number: u64) -> Self {
        Self(format!("{MADE_UP}{number}"))
    }

    /// What stands for an id within the `number`-th record of a list; no record has the same.
    pub fn made_up_within(number: u64, place: u64) -> Self {
        Self(format!("{MADE_UP}{number}.{place}"))
    }

    /// Whether it stands for an id that could not be read.
    pub fn is_made_up(&self) -> bool {
        self.0.starts_with(MADE_UP)
    }
}

/// What ids begin with that stand for ids.
const MADE_UP: &str = "no-id:";

/// The largest whole number up to which every whole number has a floating point number of its own.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = Id;

            fn expecting(&self, it: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                it.write_str("an id: text or a whole number")
            }

            fn visit_str<E>(self, it: &str) -> Result<Id, E> {
                Ok(Id(it.to_owned()))
            }

            fn visit_u64<E>(self, it: u64) -> Result<Id, E> {
                Ok(Id(it.to_string()))
            }

            fn visit_i64<E>(self, it: i64) -> Result<Id, E> {
                Ok(Id(it.to_string()))
            }

            /// Beyond the exact numbers two ids would become one.
            fn visit_f64<E: serde::de::Error>(self, it: f64) -> Result<Id, E> {
                if it.fract() != 0.0 || it.abs() >= LARGEST_EXACT {
                    return Err(E::invalid_value(serde::de::Unexpected::Float(it), &self));
                }
                Ok(Id(format!("{it:.0}")))
            }
        }

        source.deserialize_any(Visitor)
    }
}

/// A number of things: some servers send it as text, as their databases do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Count(pub u64);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let Id(text) = Id::deserialize(source)?;
        let refuse = |_| serde::de::Error::custom("expected a count");
        text.parse().map(Self).map_err(refuse)
    }
}

/// A field that may be null, and of which the server may say nothing at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FieldState<T> {
    /// The record has no such field: nothing is known.
    #[default]
    Unstated,
    /// The server said null.
    Null,
    /// The server said this.
    Is(T),
}

impl<T> FieldState<T> {
    /// Whether the record had no such field.
    pub fn is_unstated(&self) -> bool {
        matches!(self, Self::Unstated)
    }

    /// Whether the server said null; none (unknown) where it was silent.
    pub fn is_null(&self) -> Option<bool> {
        (!self.is_unstated()).then_some(matches!(self, Self::Null))
    }

    /// The value, where there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Is(it) => Some(it),
            Self::Unstated | Self::Null => None,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for FieldState<T> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        Option::deserialize(source).map(|it| it.map_or(Self::Null, Self::Is))
    }
}

impl<T: Serialize> Serialize for FieldState<T> {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(sink)
    }
}
