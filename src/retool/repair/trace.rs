//! Where in a value its reading failed.

use std::cell::RefCell;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, IntoDeserializer as _, MapAccess,
    SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Value};

/// One step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PathStep {
    /// To the value of a key.
    Key(String),
    /// To an element of a list.
    Index(usize),
}

/// A part of a value that is not what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ShapeFault {
    /// The way to the part.
    pub(super) path: Vec<PathStep>,
    /// The key that the part lacks; none where the part itself is wrong.
    pub(super) missing: Option<String>,
}

/// Whether `value` can be read as a `D`, or what is in the way.
pub(super) fn attempt<'de, D: Deserialize<'de>>(value: &'de Value) -> Result<(), ShapeFault> {
    let trail = Trail::default();
    let Err(error) = D::deserialize(Traced { value, trail: &trail }) else { return Ok(()) };
    let text = error.to_string();
    let missing = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let missing = missing.map(str::to_owned);
    Err(ShapeFault { path: trail.failed.into_inner().unwrap_or_default(), missing })
}

/// The way to what is being read.
#[derive(Default)]
struct Trail {
    path: RefCell<Vec<PathStep>>,
    failed: RefCell<Option<Vec<PathStep>>>,
}

impl Trail {
    /// Reads a part, and remembers the way to it if it is the first that fails.
    fn within<T>(
        &self,
        step: PathStep,
        read: impl FnOnce() -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.path.borrow_mut().push(step);
        let res = read();
        if res.is_err() {
            let mut failed = self.failed.borrow_mut();
            failed.get_or_insert_with(|| self.path.borrow().clone());
        }
        self.path.borrow_mut().pop();
        res
    }
}

/// A value that is read while its trail is kept.
#[derive(Clone, Copy)]
struct Traced<'de, 't> {
    value: &'de Value,
    trail: &'t Trail,
}

impl<'de> Deserializer<'de> for Traced<'de, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let trail = self.trail;
        match self.value {
            Value::Array(list) => {
                visitor.visit_seq(Elements { rest: list.iter().enumerate(), trail })
            }
            Value::Object(map) => visitor.visit_map(Entries { rest: map.iter(), at: None, trail }),
            value => value.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.value.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Elements<'de, 't> {
    rest: std::iter::Enumerate<std::slice::Iter<'de, Value>>,
    trail: &'t Trail,
}

impl<'de> SeqAccess<'de> for Elements<'de, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some((at, value)) = self.rest.next() else { return Ok(None) };
        let trail = self.trail;
        trail.within(PathStep::Index(at), || seed.deserialize(Traced { value, trail })).map(Some)
    }
}

struct Entries<'de, 't> {
    rest: <&'de Map<String, Value> as IntoIterator>::IntoIter,
    at: Option<(&'de String, &'de Value)>,
    trail: &'t Trail,
}

impl<'de> MapAccess<'de> for Entries<'de, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        self.at = self.rest.next();
        let Some((key, _)) = self.at else { return Ok(None) };
        seed.deserialize(key.as_str().into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (key, value) =
            self.at.take().ok_or_else(|| Error::custom("a value without its key"))?;
        let trail = self.trail;
        trail.within(PathStep::Key(key.clone()), || seed.deserialize(Traced { value, trail }))
    }
}
