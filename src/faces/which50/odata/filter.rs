//! `$filter`: comparisons, three functions of texts, `and`, `or`, `not` and parentheses.

use std::cmp::Ordering;

use super::literal::compare;
use crate::domain::{Contact, Schema};
use crate::faces::which50::fields::{meaning, value};
use crate::protocol::datacontract::{Value, parse_date};

/// Deepest nesting, and longest text in bytes.
const MAX_DEPTH: usize = 16;
const MAX_BYTES: usize = 4 * 1024;

/// Whom a listing is about.
#[derive(Clone)]
pub struct Filter(Rule);

/// Without what is compared: it may be personal data.
impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Filter(redacted)")
    }
}

#[derive(Clone)]
enum Rule {
    And(Box<Rule>, Box<Rule>),
    Or(Box<Rule>, Box<Rule>),
    Not(Box<Rule>),
    Compare {
        name: String,
        operator: Operator,
        with: Value,
    },
    /// A function of a field's text and another text, without regard to case.
    Text {
        name: String,
        holds: Holds,
        text: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

type Holds = fn(&str, &str) -> bool;

const OPERATORS: [(&str, Operator); 6] = [
    ("eq", Operator::Equal),
    ("ne", Operator::NotEqual),
    ("gt", Operator::Greater),
    ("ge", Operator::GreaterOrEqual),
    ("lt", Operator::Less),
    ("le", Operator::LessOrEqual),
];

impl Filter {
    /// `None` for what is no filter.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let tokens = tokens(text)?;
        let mut parser = Parser { tokens: tokens.into_iter().peekable(), depth: 0 };
        let rule = parser.any_of()?;
        parser.tokens.next().is_none().then_some(Self(rule))
    }

    /// Whether it holds for a contact.
    pub fn passes(&self, schema: &Schema, contact: &Contact) -> bool {
        self.holds(&|name| {
            if name.eq_ignore_ascii_case("id") {
                return Value::from(contact.id.0);
            }
            value(contact, meaning(schema, name))
        })
    }

    /// Whether it holds for whatever gives these values to names.
    pub fn holds(&self, of: &dyn Fn(&str) -> Value) -> bool {
        self.0.holds(of)
    }
}

impl Rule {
    fn holds(&self, of: &dyn Fn(&str) -> Value) -> bool {
        match self {
            Self::And(one, other) => one.holds(of) && other.holds(of),
            Self::Or(one, other) => one.holds(of) || other.holds(of),
            Self::Not(rule) => !rule.holds(of),
            Self::Compare { name, operator, with } => operator.holds(compare(&of(name), with)),
            Self::Text { name, holds, text } => match of(name) {
                Value::Text(value) => holds(&value.to_lowercase(), &text.to_lowercase()),
                _ => false,
            },
        }
    }
}

impl Operator {
    /// Without an order, as between nothing and something, values are unequal and no more.
    fn holds(self, order: Option<Ordering>) -> bool {
        match (self, order) {
            (Self::NotEqual, order) => order != Some(Ordering::Equal),
            (_, None) => false,
            (Self::Equal, Some(order)) => order.is_eq(),
            (Self::Greater, Some(order)) => order.is_gt(),
            (Self::GreaterOrEqual, Some(order)) => order.is_ge(),
            (Self::Less, Some(order)) => order.is_lt(),
            (Self::LessOrEqual, Some(order)) => order.is_le(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Comma,
    Quoted(String),
    Word(String),
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, behind) = match first {
            '(' => (Token::Open, rest.get(1..)?),
            ')' => (Token::Close, rest.get(1..)?),
            ',' => (Token::Comma, rest.get(1..)?),
            '\'' => quoted(rest.get(1..)?)?,
            _ => {
                let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '\'');
                let (word, behind) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
                (Token::Word(word.to_owned()), behind)
            }
        };
        tokens.push(token);
        rest = behind.trim_start();
    }
    Some(tokens)
}

/// A text up to its closing quote; two quotes are one.
fn quoted(text: &str) -> Option<(Token, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (before, behind) = rest.split_once('\'')?;
        value.push_str(before);
        match behind.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Some((Token::Quoted(value), behind)),
        }
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    depth: usize,
}

impl Parser {
    fn any_of(&mut self) -> Option<Rule> {
        let mut rule = self.all_of()?;
        while self.takes("or") {
            rule = Rule::Or(Box::new(rule), Box::new(self.all_of()?));
        }
        Some(rule)
    }

    fn all_of(&mut self) -> Option<Rule> {
        let mut rule = self.one()?;
        while self.takes("and") {
            rule = Rule::And(Box::new(rule), Box::new(self.one()?));
        }
        Some(rule)
    }

    fn one(&mut self) -> Option<Rule> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let rule = match self.tokens.next()? {
            Token::Open => {
                let rule = self.any_of()?;
                self.expect(&Token::Close)?;
                rule
            }
            Token::Word(word) if word.eq_ignore_ascii_case("not") => {
                Rule::Not(Box::new(self.one()?))
            }
            Token::Word(word) if self.tokens.peek() == Some(&Token::Open) => {
                self.function(&word)?
            }
            Token::Word(name) => self.comparison(name)?,
            Token::Close | Token::Comma | Token::Quoted(_) => return None,
        };
        self.depth -= 1;
        Some(rule)
    }

    /// `contains(Name,'x')`, `startswith`, `endswith`, and the older `substringof('x',Name)`, with
    /// or without `eq true` behind it.
    fn function(&mut self, word: &str) -> Option<Rule> {
        let holds: Holds = match word.to_ascii_lowercase().as_str() {
            "contains" | "substringof" => |value, text| value.contains(text),
            "startswith" => |value, text| value.starts_with(text),
            "endswith" => |value, text| value.ends_with(text),
            _ => return None,
        };
        self.expect(&Token::Open)?;
        let first = self.tokens.next()?;
        self.expect(&Token::Comma)?;
        let second = self.tokens.next()?;
        self.expect(&Token::Close)?;
        let ((Token::Word(name), Token::Quoted(text)) | (Token::Quoted(text), Token::Word(name))) =
            (first, second)
        else {
            return None;
        };
        let rule = Rule::Text { name, holds, text };
        if !self.takes("eq") {
            return Some(rule);
        }
        match self.tokens.next()? {
            Token::Word(word) if word.eq_ignore_ascii_case("true") => Some(rule),
            Token::Word(word) if word.eq_ignore_ascii_case("false") => {
                Some(Rule::Not(Box::new(rule)))
            }
            _ => None,
        }
    }

    fn comparison(&mut self, name: String) -> Option<Rule> {
        let Token::Word(word) = self.tokens.next()? else { return None };
        let known = OPERATORS.iter().find(|(known, _)| known.eq_ignore_ascii_case(&word));
        let (_, operator) = known.copied()?;
        let with = match self.tokens.next()? {
            Token::Quoted(text) => Value::Text(text),
            Token::Word(word) => self.literal(&word)?,
            Token::Open | Token::Close | Token::Comma => return None,
        };
        Some(Rule::Compare { name, operator, with })
    }

    fn literal(&mut self, word: &str) -> Option<Value> {
        let is = |known: &str| word.eq_ignore_ascii_case(known);
        if is("null") {
            return Some(Value::Null);
        }
        if is("true") || is("false") {
            return Some(Value::Boolean(is("true")));
        }
        // `datetime'2026-01-01T00:00:00'`: the second and third protocols of `OData`.
        if is("datetime") || is("datetimeoffset") || is("guid") {
            let Token::Quoted(text) = self.tokens.next()? else { return None };
            return if is("guid") {
                Some(Value::Text(text))
            } else {
                parse_date(&text).map(Value::Date)
            };
        }
        if crate::domain::Decimal::parse(word).is_some() {
            return Some(Value::Decimal(word.to_owned()));
        }
        parse_date(word).map(Value::Date)
    }

    fn takes(&mut self, expected: &str) -> bool {
        let is =
            |token: &Token| matches!(token, Token::Word(w) if w.eq_ignore_ascii_case(expected));
        self.tokens.next_if(is).is_some()
    }

    fn expect(&mut self, expected: &Token) -> Option<()> {
        self.tokens.next_if_eq(expected).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn holds(text: &str) -> bool {
        let filter = Filter::parse(text).unwrap_or_else(|| panic!("{text}"));
        filter.holds(&|name| match name {
            "Name" => "O'Neill".into(),
            "Age" => Value::Decimal("41.0".to_owned()),
            "Since" => Value::Date("2026-01-01T00:00:00Z".parse().unwrap()),
            "Active" => true.into(),
            _ => Value::Null,
        })
    }

    #[test]
    fn filters_hold_as_odata_says() {
        for text in [
            "Name eq 'o''neill'",
            "Age eq 41",
            "Age gt 9 and Age le 41",
            "Name eq 'x' or Active eq true",
            "not (Name eq 'x')",
            "Nothing eq null",
            "Nothing ne 'x'",
            "Since lt datetime'2026-01-02T00:00:00'",
            "Since ge 2026-01-01T00:00:00Z",
            "contains(Name,'neil') and startswith(Name,'O') and endswith(Name,'l')",
            "substringof('NEILL', Name) eq true",
            "Name eq 'x' or Name eq 'y' or (Age eq 41 and (Active eq true))",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in [
            "Name eq null",
            "Nothing gt 1",
            "Name eq 'x' and Age eq 41 or Active eq false",
            "not Age eq 41",
            "contains(Name,'x')",
            "contains(Name,'neil') eq false",
            "Name eq 41",
        ] {
            assert!(!holds(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_filter_is_none() {
        let deep = format!("{}Age eq 1{}", "(".repeat(20), ")".repeat(20));
        let long = format!("Name eq '{}'", "x".repeat(MAX_BYTES));
        for text in [
            "",
            "Name",
            "Name eq",
            "Name is 'x'",
            "Name eq 'x",
            "eq 'x'",
            "(Age eq 1",
            "Age eq 1)",
            "Age eq 1 and",
            "length(Name) eq 1",
            "Name eq x",
            "contains(Name)",
            &deep,
            &long,
        ] {
            assert!(Filter::parse(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,60}|[a-z'(), ]{0,60}") {
            if let Some(filter) = Filter::parse(&text) {
                filter.holds(&|_| Value::Null);
            }
        }

        #[test]
        fn any_quoted_text_is_equal_to_itself(text in "\\PC{0,40}") {
            let filter = Filter::parse(&format!("A eq '{}'", text.replace('\'', "''")));
            prop_assert!(filter.unwrap().holds(&|_| Value::Text(text.clone())));
        }
    }
}
