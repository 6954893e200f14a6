//! A map by hash that can be asked and not walked through, so that its order reaches no evidence.
//!
//! For what is asked for by the million: a sorted map compares texts all the way down, each of them
//! somewhere else in memory.

#![expect(clippy::disallowed_types, reason = "nothing walks over it")]

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// Values by their keys.
#[derive(Clone, Debug)]
pub struct Lookup<K, V>(HashMap<K, V>);

/// Keys alone.
pub type Known<K> = Lookup<K, ()>;

impl<K, V> Default for Lookup<K, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq, V> Lookup<K, V> {
    /// No values yet, and capacity for so many.
    pub fn with_room(room: usize) -> Self {
        Self(HashMap::with_capacity(room))
    }

    /// The value of a key.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.get(key)
    }

    /// Whether the key has a value.
    pub fn has<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    /// The value of a key, `value` where it had none.
    pub fn or_insert(&mut self, key: K, value: V) -> &mut V {
        self.0.entry(key).or_insert(value)
    }
}

impl<K: Hash + Eq> Known<K> {
    /// Adds a key; whether it is new.
    pub fn add(&mut self, key: K) -> bool {
        self.0.insert(key, ()).is_none()
    }
}

impl<K: Hash + Eq> FromIterator<K> for Known<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        Self(keys.into_iter().map(|it| (it, ())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, Lookup};

    #[test]
    fn the_first_value_of_a_key_stays() {
        let mut lookup = Lookup::with_room(2);
        assert_eq!(*lookup.or_insert("a".to_owned(), 1), 1);
        *lookup.or_insert("a".to_owned(), 2) += 10;
        assert_eq!((lookup.get("a"), lookup.get("b")), (Some(&11), None));
        let mut known: Known<&str> = ["a"].into_iter().collect();
        assert!(known.add("b") && !known.add("a") && known.has("b") && !known.has("c"));
    }
}
