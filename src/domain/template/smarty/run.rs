//! Rendering: walks the parts of a template and writes what they give.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::expression::{Comparison, Expression, Parity, Sign, Step};
use super::tree::{Loop, Node, Section};
use super::value::Value;
use super::{BYTES_A_STEP, Bounded, MAX_STEPS, Overflow, Surroundings};

/// Where a loop is.
#[derive(Debug, Clone, Copy, Default)]
struct Turn {
    /// Of the entry in the list; a section may begin anywhere.
    index: usize,
    /// From 1.
    iteration: usize,
    total: usize,
    step: usize,
}

/// One rendering.
#[derive(Debug)]
pub(super) struct Run<'s> {
    surroundings: &'s Surroundings,
    /// What the template itself gave a value, over the surroundings' variables.
    assigned: BTreeMap<String, Value>,
    foreaches: BTreeMap<String, Turn>,
    sections: BTreeMap<String, Turn>,
    captures: BTreeMap<String, Value>,
    /// Where each cycle is, and its values from when they were given.
    cycles: BTreeMap<String, (usize, Value)>,
    output: Bounded,
    steps: usize,
}

impl<'s> Run<'s> {
    pub fn new(surroundings: &'s Surroundings) -> Self {
        Self {
            surroundings,
            assigned: BTreeMap::new(),
            foreaches: BTreeMap::new(),
            sections: BTreeMap::new(),
            captures: BTreeMap::new(),
            cycles: BTreeMap::new(),
            output: Bounded::default(),
            steps: 0,
        }
    }

    /// Renders a whole template.
    pub fn all(mut self, nodes: &[Node<'_>]) -> Result<String, Overflow> {
        self.nodes(nodes)?;
        Ok(self.output.0)
    }

    /// Counts a step, and those of `bytes` or so many entries.
    fn step(&mut self, bytes: usize) -> Result<(), Overflow> {
        self.steps = self.steps.saturating_add(1 + bytes / BYTES_A_STEP);
        if self.steps > MAX_STEPS { Err(Overflow) } else { Ok(()) }
    }

    fn nodes(&mut self, nodes: &[Node<'_>]) -> Result<(), Overflow> {
        nodes.iter().try_for_each(|node| self.node(node))
    }

    fn node(&mut self, node: &Node<'_>) -> Result<(), Overflow> {
        self.step(0)?;
        match node {
            Node::Text(text) => self.output.push(text),
            Node::Print(expression) => {
                let shown = self.value(expression)?.shown();
                self.output.push(&shown)
            }
            Node::If { branches, otherwise } => {
                for (condition, nodes) in branches {
                    if self.value(condition)?.is_true() {
                        return self.nodes(nodes);
                    }
                }
                self.nodes(otherwise)
            }
            Node::Loop { repeat, body, otherwise } => {
                let turned = match repeat {
                    Loop::Foreach { from, item, key, name } => {
                        let names = Names { item, key: key.as_deref(), name: name.as_deref() };
                        self.foreach(from, names, body)?
                    }
                    Loop::Section(section) => self.section(section, body)?,
                };
                if turned { Ok(()) } else { self.nodes(otherwise) }
            }
            Node::Assign(name, expression) => {
                let value = self.value(expression)?;
                self.assigned.insert(name.clone(), value);
                Ok(())
            }
            Node::Capture { name, variable, body } => self.capture(name, variable.as_deref(), body),
            Node::Cycle { name, values, delimiter } => self.cycle(name, values, delimiter),
        }
    }

    fn foreach(
        &mut self,
        from: &Expression<'_>,
        names: Names<'_>,
        body: &[Node<'_>],
    ) -> Result<bool, Overflow> {
        let from = self.value(from)?;
        let single = [(String::new(), from.clone())];
        // What is no list is a list of itself, as in PHP.
        let entries = match &from {
            Value::List(entries) => entries,
            Value::Null => &[][..],
            Value::Bool(_) | Value::Number(_) | Value::Text(_) => &single[..],
        };
        let is_counted = from.is_counted();
        for (index, (key, value)) in entries.iter().enumerate() {
            self.step(0)?;
            self.assigned.insert(names.item.to_owned(), value.clone());
            if let Some(name) = names.key {
                let key = if is_counted { Value::count(index) } else { Value::text(key.as_str()) };
                self.assigned.insert(name.to_owned(), key);
            }
            if let Some(name) = names.name {
                let total = entries.len();
                let turn = Turn { index, iteration: index + 1, total, step: 1 };
                self.foreaches.insert(name.to_owned(), turn);
            }
            self.nodes(body)?;
        }
        Ok(!entries.is_empty())
    }

    fn section(&mut self, section: &Section<'_>, body: &[Node<'_>]) -> Result<bool, Overflow> {
        let over = self.value(&section.over)?;
        let all = match &over {
            Value::List(entries) => entries.len(),
            other => other.whole(),
        };
        let start = self.optional(section.start.as_ref())?.map_or(0, |start| start.whole());
        let step = self.optional(section.step.as_ref())?.map_or(1, |step| step.whole()).max(1);
        let max = self.optional(section.max.as_ref())?.map_or(usize::MAX, |max| max.whole());
        let show = self.optional(section.show.as_ref())?.is_none_or(|show| show.is_true());
        let total = all.saturating_sub(start).div_ceil(step).min(max);
        if !show || total == 0 {
            return Ok(false);
        }
        for turn in 0..total {
            self.step(0)?;
            let index = start.saturating_add(turn.saturating_mul(step));
            let turn = Turn { index, iteration: turn + 1, total, step };
            self.sections.insert(section.name.clone(), turn);
            self.nodes(body)?;
        }
        Ok(true)
    }

    fn optional(&mut self, expression: Option<&Expression<'_>>) -> Result<Option<Value>, Overflow> {
        expression.map(|expression| self.value(expression)).transpose()
    }

    fn capture(
        &mut self,
        name: &str,
        variable: Option<&str>,
        body: &[Node<'_>],
    ) -> Result<(), Overflow> {
        let before = std::mem::take(&mut self.output);
        self.nodes(body)?;
        let captured = std::mem::replace(&mut self.output, before).0;
        self.step(captured.len())?;
        let captured = Value::text(captured);
        if let Some(variable) = variable {
            self.assigned.insert(variable.to_owned(), captured.clone());
        }
        self.captures.insert(name.to_owned(), captured);
        Ok(())
    }

    fn cycle(
        &mut self,
        name: &str,
        values: &Expression<'_>,
        delimiter: &str,
    ) -> Result<(), Overflow> {
        let given = self.value(values)?;
        let (turn, known) = self.cycles.get(name).cloned().unwrap_or_default();
        let values = if given == Value::Null { known } else { given };
        let text = match &values {
            Value::List(entries) => {
                entries.iter().cycle().nth(turn).map(|(_, value)| value.shown())
            }
            other => {
                let text = other.shown();
                self.step(text.len())?;
                let parts = text.split(delimiter);
                let count = parts.clone().count().max(1);
                text.split(delimiter).nth(turn % count).map(Into::into)
            }
        };
        self.output.push(&text.unwrap_or_default())?;
        self.cycles.insert(name.to_owned(), (turn.wrapping_add(1) % (1 << 16), values));
        Ok(())
    }

    fn value(&mut self, expression: &Expression<'_>) -> Result<Value, Overflow> {
        self.step(0)?;
        Ok(match expression {
            Expression::Constant(value) => value.clone(),
            Expression::Joined(parts) => self.joined(parts)?,
            Expression::Variable(name, steps) => self.variable(name, steps)?,
            Expression::Sum(first, others) => {
                let mut sum = self.value(first)?.number();
                for (sign, other) in others {
                    sum = calculated(sum, *sign, self.value(other)?.number());
                }
                Value::Number(sum)
            }
            Expression::Modified(value, modifiers) => {
                let mut value = self.value(value)?;
                for (modifier, arguments) in modifiers {
                    let arguments = self.values(arguments)?;
                    value = modifier.apply(&value, &arguments, self.surroundings)?;
                    self.step(value.weight())?;
                }
                value
            }
            Expression::Not(value) => Value::Bool(!self.value(value)?.is_true()),
            Expression::Any(parts) => Value::Bool(self.first(parts, true)?),
            Expression::All(parts) => Value::Bool(!self.first(parts, false)?),
            Expression::Compared(one, comparison, other) => {
                let (one, other) = (self.value(one)?, self.value(other)?);
                self.step(one.weight().min(other.weight()))?;
                Value::Bool(holds(&one, *comparison, &other))
            }
            Expression::Parity(subject, parity, by) => {
                let subject = self.value(subject)?.number();
                let by = self.optional(by.as_deref())?.map(|by| by.number());
                Value::Bool(has_parity(subject, *parity, by))
            }
            Expression::Call(function, arguments) => {
                let arguments = self.values(arguments)?;
                self.step(arguments.iter().map(Value::weight).sum())?;
                function.call(&arguments)
            }
        })
    }

    fn values(&mut self, expressions: &[Expression<'_>]) -> Result<Vec<Value>, Overflow> {
        expressions.iter().map(|expression| self.value(expression)).collect()
    }

    /// Whether one of `parts` is `wanted`; those behind it are not looked at.
    fn first(&mut self, parts: &[Expression<'_>], wanted: bool) -> Result<bool, Overflow> {
        for part in parts {
            if self.value(part)?.is_true() == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn joined(&mut self, parts: &[Expression<'_>]) -> Result<Value, Overflow> {
        let mut joined = Bounded::default();
        for part in parts {
            joined.push(&self.value(part)?.shown())?;
        }
        self.step(joined.0.len())?;
        Ok(Value::text(joined.0))
    }

    fn variable(&mut self, name: &str, steps: &[Step<'_>]) -> Result<Value, Overflow> {
        if name == "smarty" {
            return Ok(self.reserved(steps));
        }
        let name = name.to_lowercase();
        let known = self.assigned.get(&name).or_else(|| self.surroundings.variables.get(&name));
        let mut value = known.cloned().unwrap_or_default();
        for step in steps {
            self.step(value.weight())?;
            value = match step {
                Step::Member(name) => value.member(name),
                Step::Section(name) => match self.sections.get(*name) {
                    Some(turn) => value.member(&turn.index.to_string()),
                    None => Value::Null,
                },
                Step::Of(expression) => {
                    let name = self.value(expression)?.shown();
                    value.member(&name)
                }
            };
        }
        Ok(value)
    }

    /// `$smarty.…`: loops, captures and the time. Whatever would tell of the server is empty.
    fn reserved(&self, steps: &[Step<'_>]) -> Value {
        let names: Vec<&str> = steps
            .iter()
            .map(|step| match step {
                Step::Member(name) | Step::Section(name) => *name,
                Step::Of(_) => "",
            })
            .collect();
        let turn =
            |turn: Option<&Turn>, name: &str| turn.map_or(Value::Null, |turn| turn.property(name));
        match names.as_slice() {
            ["now"] => Value::text(self.surroundings.now.as_second().to_string()),
            ["ldelim"] => Value::text("{"),
            ["rdelim"] => Value::text("}"),
            ["foreach", name, property] => turn(self.foreaches.get(*name), property),
            ["section", name, property] => turn(self.sections.get(*name), property),
            ["capture", name] => self.captures.get(*name).cloned().unwrap_or_default(),
            _ => Value::Null,
        }
    }
}

/// The variables that a `foreach` sets.
#[derive(Debug, Clone, Copy)]
struct Names<'t> {
    item: &'t str,
    key: Option<&'t str>,
    name: Option<&'t str>,
}

impl Turn {
    fn property(self, name: &str) -> Value {
        match name {
            "index" => Value::count(self.index),
            "index_prev" if self.index < self.step => Value::Number(-1.0),
            "index_prev" => Value::count(self.index - self.step),
            "index_next" => Value::count(self.index.saturating_add(self.step)),
            "iteration" | "rownum" => Value::count(self.iteration),
            "first" => Value::Bool(self.iteration == 1),
            "last" => Value::Bool(self.iteration == self.total),
            "total" | "loop" => Value::count(self.total),
            "show" => Value::Bool(true),
            _ => Value::Null,
        }
    }
}

/// Nothing divided by nothing is nothing, rather than the original's warning.
fn calculated(one: f64, sign: Sign, other: f64) -> f64 {
    match sign {
        Sign::Plus => one + other,
        Sign::Minus => one - other,
        Sign::Times => one * other,
        Sign::By if other == 0.0 => 0.0,
        Sign::By => one / other,
        Sign::Modulo if other.trunc() == 0.0 => 0.0,
        Sign::Modulo => one.trunc() % other.trunc(),
    }
}

fn holds(one: &Value, comparison: Comparison, other: &Value) -> bool {
    let order = one.compared(other);
    match comparison {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::NotEqual => order != Some(Ordering::Equal),
        Comparison::Identical => one.is_identical(other),
        Comparison::NotIdentical => !one.is_identical(other),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessOrEqual => order.is_some_and(Ordering::is_le),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
    }
}

/// `by` groups: `4 is even by 3` asks whether 4 / 3 is even.
fn has_parity(subject: f64, parity: Parity, by: Option<f64>) -> bool {
    let by = by.unwrap_or(1.0);
    if by == 0.0 {
        return false;
    }
    match parity {
        Parity::Divisible => subject.trunc() % by == 0.0,
        Parity::Even => (subject / by).trunc() % 2.0 == 0.0,
        Parity::Odd => (subject / by).trunc() % 2.0 != 0.0,
    }
}
