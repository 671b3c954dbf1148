//! What stands in a tag: variables, texts, sums, conditions, modifiers.

use super::MAX_DEPTH;
use super::modifier::Modifier;
use super::php_function::Function;
use super::value::Value;

/// Something with a value. Chains are vectors, so that only parentheses make it deep.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression<'t> {
    Constant(Value),
    /// The parts of a text in double quotes.
    Joined(Vec<Self>),
    Variable(&'t str, Vec<Step<'t>>),
    /// A first value and what is done with it, from left to right.
    Sum(Box<Self>, Vec<(Sign, Self)>),
    Modified(Box<Self>, Vec<(Modifier, Vec<Self>)>),
    Not(Box<Self>),
    Any(Vec<Self>),
    All(Vec<Self>),
    Compared(Box<Self>, Comparison, Box<Self>),
    /// `is even`, `is odd by 3`, `is div by 4`.
    Parity(Box<Self>, Parity, Option<Box<Self>>),
    Call(Function, Vec<Self>),
}

/// A way into a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step<'t> {
    Member(&'t str),
    /// The entry where the section of this name is.
    Section(&'t str),
    Of(Expression<'t>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
    Times,
    By,
    Modulo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Identical,
    NotIdentical,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parity {
    Even,
    Odd,
    Divisible,
}

/// In order of trial: what begins with another stands before it.
const COMPARISONS: [(&str, Comparison); 17] = [
    ("===", Comparison::Identical),
    ("!==", Comparison::NotIdentical),
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<>", Comparison::NotEqual),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
    ("eq", Comparison::Equal),
    ("neq", Comparison::NotEqual),
    ("ne", Comparison::NotEqual),
    ("lte", Comparison::LessOrEqual),
    ("le", Comparison::LessOrEqual),
    ("lt", Comparison::Less),
    ("gte", Comparison::GreaterOrEqual),
    ("ge", Comparison::GreaterOrEqual),
];

const SUMS: [(&str, Sign); 2] = [("+", Sign::Plus), ("-", Sign::Minus)];
const PRODUCTS: [(&str, Sign); 3] = [("*", Sign::Times), ("/", Sign::By), ("%", Sign::Modulo)];

/// Reads the inside of a tag from the left. Whatever it cannot read is `None`.
#[derive(Debug, Clone)]
pub(super) struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

impl<'t> Reader<'t> {
    pub fn new(inner: &'t str) -> Self {
        Self { rest: inner, depth: 0 }
    }

    pub fn is_at_end(&mut self) -> bool {
        self.spaces();
        self.rest.is_empty()
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, what: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(what) else { return false };
        self.rest = rest;
        true
    }

    /// A word, whole, in this spelling.
    fn eat_word(&mut self, word: &str) -> bool {
        let mut ahead = self.clone();
        if ahead.word() != Some(word) {
            return false;
        }
        *self = ahead;
        true
    }

    /// Letters, digits and underscores.
    pub fn word(&mut self) -> Option<&'t str> {
        self.take_while(|one| one.is_alphanumeric() || one == '_')
    }

    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> Option<&'t str> {
        let end = self.rest.find(|one| !fits(one)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(taken).filter(|taken| !taken.is_empty())
    }

    /// The attributes of a block tag: `name=value`, with bare words as texts.
    pub fn attributes(&mut self) -> Option<Vec<(&'t str, Expression<'t>)>> {
        let mut attributes = Vec::new();
        while !self.is_at_end() {
            let name = self.word()?;
            self.spaces();
            if !self.eat("=") {
                return None;
            }
            self.spaces();
            let value = if self.rest.starts_with(['$', '"', '\'']) {
                self.modified()?
            } else {
                let is_part = |one: char| !one.is_whitespace() && one != '|';
                constant(self.take_while(is_part)?)
            };
            attributes.push((name, value));
        }
        Some(attributes)
    }

    /// A value with its modifiers, as it is printed.
    pub fn modified(&mut self) -> Option<Expression<'t>> {
        let value = self.sum()?;
        let mut modifiers = Vec::new();
        while self.rest.starts_with('|') && !self.rest.starts_with("||") {
            self.eat("|");
            let on_list = self.eat("@");
            let modifier = Modifier::named(self.word()?, on_list)?;
            let mut arguments = Vec::new();
            while self.eat(":") {
                let is_word = self.rest.starts_with(char::is_alphabetic);
                arguments.push(if is_word { constant(self.word()?) } else { self.operand()? });
            }
            modifiers.push((modifier, arguments));
        }
        if modifiers.is_empty() {
            return Some(value);
        }
        Some(Expression::Modified(Box::new(value), modifiers))
    }

    fn sum(&mut self) -> Option<Expression<'t>> {
        let first = self.product()?;
        self.chain(first, &SUMS, Self::product)
    }

    fn product(&mut self) -> Option<Expression<'t>> {
        let first = self.operand()?;
        self.chain(first, &PRODUCTS, Self::operand)
    }

    fn chain(
        &mut self,
        first: Expression<'t>,
        signs: &[(&str, Sign)],
        next: fn(&mut Self) -> Option<Expression<'t>>,
    ) -> Option<Expression<'t>> {
        let mut others = Vec::new();
        loop {
            let mut ahead = self.clone();
            ahead.spaces();
            let Some((_, sign)) = signs.iter().find(|(text, _)| ahead.eat(text)) else { break };
            ahead.spaces();
            others.push((*sign, next(&mut ahead)?));
            *self = ahead;
        }
        if others.is_empty() { Some(first) } else { Some(Expression::Sum(Box::new(first), others)) }
    }

    /// A variable, a text or a number.
    fn operand(&mut self) -> Option<Expression<'t>> {
        if self.eat("$") {
            return self.variable();
        }
        if self.eat("\"") {
            let (text, rest) = split_quoted(self.rest, '"')?;
            self.rest = rest;
            return joined(text);
        }
        if self.eat("'") {
            let (text, rest) = split_quoted(self.rest, '\'')?;
            self.rest = rest;
            return Some(Expression::Constant(Value::text(unescaped(text))));
        }
        let sign = if self.eat("-") { -1.0 } else { 1.0 };
        let digits = self.take_while(|one| one.is_ascii_digit() || one == '.')?;
        Some(Expression::Constant(Value::Number(sign * digits.parse::<f64>().ok()?)))
    }

    /// What follows a `$`.
    fn variable(&mut self) -> Option<Expression<'t>> {
        let name = self.word()?;
        let mut steps = Vec::new();
        loop {
            let mut ahead = self.clone();
            let step = if ahead.eat(".") {
                ahead.member()
            } else if ahead.eat("->") {
                ahead.word().map(Step::Member)
            } else if ahead.eat("[") {
                Some(ahead.index()?)
            } else {
                None
            };
            let Some(step) = step else { break };
            steps.push(step);
            *self = ahead;
        }
        // A method is code, which nothing here is.
        (!self.rest.starts_with('(')).then_some(Expression::Variable(name, steps))
    }

    fn member(&mut self) -> Option<Step<'t>> {
        if self.eat("$") {
            return Some(Step::Of(Expression::Variable(self.word()?, Vec::new())));
        }
        self.word().map(Step::Member)
    }

    fn index(&mut self) -> Option<Step<'t>> {
        self.spaces();
        let step = match self.rest.chars().next()? {
            '$' | '"' | '\'' => Step::Of(self.nested(Self::sum)?),
            one if one.is_ascii_digit() => Step::Member(self.word()?),
            _ => Step::Section(self.word()?),
        };
        self.spaces();
        self.eat("]").then_some(step)
    }

    /// One level deeper, as far as that goes.
    fn nested<T>(&mut self, read: fn(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let value = read(self)?;
        self.depth -= 1;
        Some(value)
    }

    /// What stands behind `if`.
    pub fn condition(&mut self) -> Option<Expression<'t>> {
        let mut any = vec![self.all()?];
        while self.eat_sign_or_word("||", "or") {
            any.push(self.all()?);
        }
        Some(if any.len() == 1 { any.pop()? } else { Expression::Any(any) })
    }

    fn all(&mut self) -> Option<Expression<'t>> {
        let mut all = vec![self.comparison()?];
        while self.eat_sign_or_word("&&", "and") {
            all.push(self.comparison()?);
        }
        Some(if all.len() == 1 { all.pop()? } else { Expression::All(all) })
    }

    fn eat_sign_or_word(&mut self, sign: &str, word: &str) -> bool {
        self.spaces();
        self.eat(sign) || self.eat_word(word) || self.eat_word(&word.to_uppercase())
    }

    fn comparison(&mut self) -> Option<Expression<'t>> {
        let one = self.condition_operand()?;
        self.spaces();
        if self.eat_word("is") {
            return self.parity(one);
        }
        let is_word = |text: &str| text.starts_with(|one: char| one.is_ascii_alphabetic());
        let found = COMPARISONS.iter().chain(&[("gt", Comparison::Greater)]).find(|(text, _)| {
            if is_word(text) {
                self.eat_word(text) || self.eat_word(&text.to_uppercase())
            } else {
                self.eat(text)
            }
        });
        let Some((_, comparison)) = found else { return Some(one) };
        let other = self.condition_operand()?;
        Some(Expression::Compared(Box::new(one), *comparison, Box::new(other)))
    }

    fn parity(&mut self, subject: Expression<'t>) -> Option<Expression<'t>> {
        self.spaces();
        let is_negated = self.eat_word("not");
        self.spaces();
        let parity = match self.word()? {
            "even" => Parity::Even,
            "odd" => Parity::Odd,
            "div" => Parity::Divisible,
            _ => return None,
        };
        self.spaces();
        let by = if self.eat_word("by") {
            self.spaces();
            Some(Box::new(self.operand()?))
        } else if parity == Parity::Divisible {
            return None;
        } else {
            None
        };
        let test = Expression::Parity(Box::new(subject), parity, by);
        Some(if is_negated { Expression::Not(Box::new(test)) } else { test })
    }

    fn condition_operand(&mut self) -> Option<Expression<'t>> {
        self.spaces();
        if self.eat_word("not") || self.eat_word("NOT") || self.eat("!") {
            return Some(Expression::Not(Box::new(self.nested(Self::condition_operand)?)));
        }
        if self.eat("(") {
            let inside = self.nested(Self::condition)?;
            self.spaces();
            return self.eat(")").then_some(inside);
        }
        if !self.rest.starts_with(|one: char| one.is_alphabetic() || one == '_') {
            let value = self.modified()?;
            return self.with_word_modulo(value);
        }
        let word = self.word()?;
        if !self.eat("(") {
            return named_constant(word);
        }
        let function = Function::named(word)?;
        let arguments = self.nested(Self::arguments)?;
        Some(Expression::Call(function, arguments))
    }

    /// `$a mod 2`.
    fn with_word_modulo(&mut self, value: Expression<'t>) -> Option<Expression<'t>> {
        self.spaces();
        if !self.eat_word("mod") {
            return Some(value);
        }
        self.spaces();
        Some(Expression::Sum(Box::new(value), vec![(Sign::Modulo, self.operand()?)]))
    }

    fn arguments(&mut self) -> Option<Vec<Expression<'t>>> {
        let mut arguments = Vec::new();
        loop {
            self.spaces();
            if self.eat(")") {
                return Some(arguments);
            }
            arguments.push(self.condition()?);
            self.spaces();
            if !self.eat(",") && !self.rest.starts_with(')') {
                return None;
            }
        }
    }
}

fn named_constant<'t>(word: &str) -> Option<Expression<'t>> {
    let value = match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Value::Bool(true),
        "false" | "no" | "off" => Value::Bool(false),
        "null" => Value::Null,
        _ => return None,
    };
    Some(Expression::Constant(value))
}

/// A bare word as the value of an attribute.
fn constant<'t>(word: &str) -> Expression<'t> {
    match named_constant(word) {
        Some(named) => named,
        None => Expression::Constant(match word.parse::<f64>() {
            Ok(number) if number.is_finite() => Value::Number(number),
            _ => Value::text(word),
        }),
    }
}

/// Splits behind the next quote that no backslash stands in front of.
fn split_quoted(rest: &str, quote: char) -> Option<(&str, &str)> {
    let mut is_escaped = false;
    let end = rest.find(|one| {
        let ends = one == quote && !is_escaped;
        is_escaped = one == '\\' && !is_escaped;
        ends
    })?;
    let (text, rest) = rest.split_at_checked(end)?;
    Some((text, rest.strip_prefix(quote)?))
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut is_escaped = false;
    for one in text.chars() {
        match (is_escaped, one) {
            (false, '\\') => {
                is_escaped = true;
                continue;
            }
            (true, 'n') => plain.push('\n'),
            (true, 't') => plain.push('\t'),
            (true, 'r') => plain.push('\r'),
            (true, '\\' | '"' | '\'' | '$') | (false, _) => plain.push(one),
            (true, _) => plain.extend(['\\', one]),
        }
        is_escaped = false;
    }
    plain
}

/// A text in double quotes: `$name`, `$name[0]` and anything between backticks is a variable.
fn joined(text: &str) -> Option<Expression<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.find(['$', '`']).and_then(|at| rest.split_at_checked(at))
    {
        parts.push(Expression::Constant(Value::text(unescaped(before))));
        rest = match from.strip_prefix("`$").and_then(|ticked| ticked.split_once('`')) {
            Some((variable, rest)) => {
                let mut reader = Reader::new(variable);
                parts.push(reader.variable()?);
                reader.is_at_end().then_some(rest)?
            }
            None => embedded(from, &mut parts),
        };
    }
    parts.push(Expression::Constant(Value::text(unescaped(rest))));
    Some(if parts.len() == 1 { parts.pop()? } else { Expression::Joined(parts) })
}

/// Takes the variable that `from` begins with, or its first character as it is.
fn embedded<'t>(from: &'t str, parts: &mut Vec<Expression<'t>>) -> &'t str {
    let mut reader = Reader::new(from);
    if reader.eat("$")
        && let Some(name) = reader.word()
    {
        let mut ahead = reader.clone();
        let index = if ahead.eat("[") { ahead.index() } else { None };
        let steps: Vec<Step<'t>> = index.into_iter().collect();
        let reader = if steps.is_empty() { reader } else { ahead };
        parts.push(Expression::Variable(name, steps));
        return reader.rest;
    }
    let mut characters = from.chars();
    let first = characters.next().map(String::from).unwrap_or_default();
    parts.push(Expression::Constant(Value::text(first)));
    characters.as_str()
}
