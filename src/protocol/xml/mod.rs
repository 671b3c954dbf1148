//! XML as generated clients write it: a namespace-aware reader with limits, and exact writers.

pub mod record;
