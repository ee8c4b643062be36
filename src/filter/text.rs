//! CQL2 text, read by precedence climbing. One token of look-ahead and no going back: the time is linear in the length,
//! whatever nonsense is sent.

use super::ast::{Arithmetic, Comparison, Function, Node, Size, chain};
use super::lex::{Token, TokenKind, tokens};
use super::literal::special;
use super::{FilterError, Matter, wkt};
use crate::texts::Told;

/// Reads a filter in CQL2 text.
pub(super) fn read(text: &str) -> Result<Node, FilterError> {
    Size::bytes(text)?;
    let mut parser = Parser { tokens: tokens(text)?, at: 0, size: Size::default() };
    let tree = parser.expression(0, 1)?;
    parser.expect_end()?;
    Ok(tree.node)
}

/// An expression and how many levels it has below it.
struct Tree {
    node: Node,
    height: usize,
}

/// How tightly operators bind, loosest first.
mod binding {
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const NOT: u8 = 3;
    pub(super) const PREDICATE: u8 = 4;
    pub(super) const SUM: u8 = 5;
    pub(super) const PRODUCT: u8 = 6;
    pub(super) const POWER: u8 = 7;
    pub(super) const SIGN: u8 = 8;
}

/// Words that cannot be names unless they are quoted.
const RESERVED: [&str; 9] = ["and", "or", "not", "like", "in", "between", "is", "null", "div"];

/// Reads tokens in order.
pub(super) struct Parser {
    tokens: Vec<Token>,
    at: usize,
    size: Size,
}

impl Parser {
    pub(super) fn peek(&self) -> &TokenKind {
        // The last token is always `End`, and nothing steps past it.
        &self.tokens[self.at.min(self.tokens.len() - 1)].kind
    }

    /// The token `ahead` of the next one.
    pub(super) fn peek_at(&self, ahead: usize) -> &TokenKind {
        &self.tokens[(self.at + ahead).min(self.tokens.len() - 1)].kind
    }

    pub(super) fn step(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    pub(super) fn fault(&self, matter: &Matter<'_>) -> FilterError {
        let position = self.tokens[self.at.min(self.tokens.len() - 1)].position;
        FilterError::Syntax { position, message: matter.into() }
    }

    pub(super) fn expected(&self, what: impl Into<Told>) -> FilterError {
        self.fault(&Matter::Expected { what: what.into(), found: self.peek().told() })
    }

    pub(super) fn takes(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), TokenKind::Symbol(found) if *found == symbol);
        if found {
            self.step();
        }
        found
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Result<(), FilterError> {
        if self.takes(symbol) { Ok(()) } else { Err(self.expected(Told::verbatim(format!("'{symbol}'")))) }
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek(), TokenKind::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    fn takes_keyword(&mut self, keyword: &str) -> bool {
        let found = self.is_keyword(keyword);
        if found {
            self.step();
        }
        found
    }

    fn expect_end(&self) -> Result<(), FilterError> {
        match self.peek() {
            TokenKind::End => Ok(()),
            _ => Err(self.expected(&Matter::OperatorOrEnd)),
        }
    }

    fn make(&mut self, node: Node, height: usize, depth: usize) -> Result<Tree, FilterError> {
        self.size.node()?;
        Size::depth(height + depth)?;
        Ok(Tree { node, height })
    }

    fn apply(&mut self, function: Function, operands: Vec<Tree>, depth: usize) -> Result<Tree, FilterError> {
        let height = 1 + operands.iter().map(|tree| tree.height).max().unwrap_or(0);
        let nodes = operands.into_iter().map(|tree| tree.node).collect();
        self.make(Node::Apply(function, nodes), height, depth)
    }

    /// An expression whose operators bind tighter than `least`.
    fn expression(&mut self, least: u8, depth: usize) -> Result<Tree, FilterError> {
        Size::depth(depth)?;
        let mut left = self.prefixed(depth)?;
        let mut compared = false;
        loop {
            let power = self.infix_binding();
            if power <= least {
                return Ok(left);
            }
            if power == binding::PREDICATE {
                if compared {
                    return Err(self.fault(&Matter::Chained));
                }
                compared = true;
            }
            left = match power {
                binding::OR => self.chained("or", Function::Or, binding::OR, left, depth)?,
                binding::AND => self.chained("and", Function::And, binding::AND, left, depth)?,
                binding::PREDICATE => self.predicate(left, depth)?,
                _ => self.arithmetic(power, left, depth)?,
            };
        }
    }

    fn infix_binding(&self) -> u8 {
        match self.peek() {
            TokenKind::Symbol("=" | "<>" | "!=" | "<" | "<=" | ">" | ">=") => binding::PREDICATE,
            TokenKind::Symbol("+" | "-") => binding::SUM,
            TokenKind::Symbol("*" | "/" | "%") => binding::PRODUCT,
            TokenKind::Symbol("^") => binding::POWER,
            TokenKind::Word(word) => match word.to_ascii_lowercase().as_str() {
                "or" => binding::OR,
                "and" => binding::AND,
                "like" | "in" | "between" | "is" | "not" => binding::PREDICATE,
                "div" => binding::PRODUCT,
                _ => 0,
            },
            _ => 0,
        }
    }

    fn chained(
        &mut self,
        keyword: &str,
        function: Function,
        power: u8,
        first: Tree,
        depth: usize,
    ) -> Result<Tree, FilterError> {
        let mut height = first.height;
        let mut operands = vec![first.node];
        while self.takes_keyword(keyword) {
            let next = self.expression(power, depth + 1)?;
            height = height.max(next.height);
            operands.push(next.node);
        }
        self.make(chain(function, operands), height + 1, depth)
    }

    fn arithmetic(&mut self, power: u8, left: Tree, depth: usize) -> Result<Tree, FilterError> {
        let operator = match self.peek() {
            TokenKind::Symbol("+") => Arithmetic::Add,
            TokenKind::Symbol("-") => Arithmetic::Subtract,
            TokenKind::Symbol("*") => Arithmetic::Multiply,
            TokenKind::Symbol("/") => Arithmetic::Divide,
            TokenKind::Symbol("%") => Arithmetic::Remainder,
            TokenKind::Symbol(_) => Arithmetic::Power,
            _ => Arithmetic::IntegerDivide,
        };
        self.step();
        let right = self.expression(power, depth + 1)?;
        self.apply(Function::Arithmetic(operator), vec![left, right], depth)
    }

    fn predicate(&mut self, left: Tree, depth: usize) -> Result<Tree, FilterError> {
        let comparison = match self.peek() {
            TokenKind::Symbol("=") => Some(Comparison::Equal),
            TokenKind::Symbol("<>" | "!=") => Some(Comparison::NotEqual),
            TokenKind::Symbol("<") => Some(Comparison::Less),
            TokenKind::Symbol("<=") => Some(Comparison::LessOrEqual),
            TokenKind::Symbol(">") => Some(Comparison::Greater),
            TokenKind::Symbol(">=") => Some(Comparison::GreaterOrEqual),
            _ => None,
        };
        if let Some(comparison) = comparison {
            self.step();
            let right = self.expression(binding::PREDICATE, depth + 1)?;
            return self.apply(Function::Compare(comparison), vec![left, right], depth);
        }
        if self.takes_keyword("is") {
            let negated = self.takes_keyword("not");
            if !self.takes_keyword("null") {
                return Err(self.expected(Told::verbatim("NULL")));
            }
            let tree = self.apply(Function::IsNull, vec![left], depth)?;
            return self.negated(negated, tree, depth);
        }
        let negated = self.takes_keyword("not");
        let tree = if self.takes_keyword("like") {
            let pattern = self.expression(binding::PREDICATE, depth + 1)?;
            self.apply(Function::Like, vec![left, pattern], depth)?
        } else if self.takes_keyword("between") {
            let low = self.expression(binding::PREDICATE, depth + 1)?;
            if !self.takes_keyword("and") {
                return Err(self.expected(&Matter::UpperLimit));
            }
            let high = self.expression(binding::PREDICATE, depth + 1)?;
            self.apply(Function::Between, vec![left, low, high], depth)?
        } else if self.takes_keyword("in") {
            self.expect("(")?;
            let list = self.list(depth + 1)?;
            self.apply(Function::In, vec![left, list], depth)?
        } else {
            return Err(self.expected(&Matter::LikeBetweenIn));
        };
        self.negated(negated, tree, depth)
    }

    fn negated(&mut self, negated: bool, tree: Tree, depth: usize) -> Result<Tree, FilterError> {
        if negated { self.apply(Function::Not, vec![tree], depth) } else { Ok(tree) }
    }

    fn prefixed(&mut self, depth: usize) -> Result<Tree, FilterError> {
        if self.takes_keyword("not") {
            let operand = self.expression(binding::NOT, depth + 1)?;
            return self.apply(Function::Not, vec![operand], depth);
        }
        if self.takes("+") {
            return match self.peek() {
                TokenKind::Number(_) => self.primary(depth),
                _ => Err(self.expected(&Matter::ANumber)),
            };
        }
        if !self.takes("-") {
            return self.primary(depth);
        }
        let operand = self.expression(binding::SIGN, depth + 1)?;
        match operand.node {
            Node::Number(number) => Ok(Tree { node: Node::Number(-number), height: operand.height }),
            _ => {
                let minus_one = Tree { node: Node::Number(-1.0), height: 0 };
                self.apply(Function::Arithmetic(Arithmetic::Multiply), vec![minus_one, operand], depth)
            }
        }
    }

    fn primary(&mut self, depth: usize) -> Result<Tree, FilterError> {
        let node = match self.peek().clone() {
            TokenKind::Number(number) => Node::Number(number),
            TokenKind::Text(text) => Node::Text(text),
            TokenKind::Quoted(name) => {
                self.step();
                return if self.takes("(") {
                    self.call(&name, depth)
                } else {
                    self.make(Node::Property(name), 0, depth)
                };
            }
            TokenKind::Word(word) => {
                let name = word.to_ascii_lowercase();
                match name.as_str() {
                    "true" => Node::Boolean(true),
                    "false" => Node::Boolean(false),
                    "null" => return Err(self.fault(&Matter::NullCompared)),
                    _ if RESERVED.contains(&name.as_str()) => {
                        return Err(self.expected(&Matter::AValue));
                    }
                    _ => return self.word(&word, depth),
                }
            }
            TokenKind::Symbol("(") => {
                self.step();
                return self.bracketed(depth + 1);
            }
            _ => return Err(self.expected(&Matter::AValue)),
        };
        self.step();
        self.make(node, 0, depth)
    }

    fn word(&mut self, word: &str, depth: usize) -> Result<Tree, FilterError> {
        if let Some(node) = wkt::geometry(self)? {
            return self.make(node, 0, depth);
        }
        self.step();
        if self.takes("(") { self.call(word, depth) } else { self.make(Node::Property(word.to_owned()), 0, depth) }
    }

    /// What follows an opening bracket: an expression, or an array.
    fn bracketed(&mut self, depth: usize) -> Result<Tree, FilterError> {
        if self.takes(")") {
            return self.make(Node::Array(Vec::new()), 0, depth);
        }
        let first = self.expression(0, depth)?;
        if self.takes(")") {
            return Ok(first);
        }
        self.entries(first, depth)
    }

    /// The entries of a list up to its closing bracket.
    fn list(&mut self, depth: usize) -> Result<Tree, FilterError> {
        let first = self.expression(0, depth)?;
        self.entries(first, depth)
    }

    fn entries(&mut self, first: Tree, depth: usize) -> Result<Tree, FilterError> {
        let mut height = first.height;
        let mut entries = vec![first.node];
        while self.takes(",") {
            let next = self.expression(0, depth)?;
            height = height.max(next.height);
            entries.push(next.node);
            Size::entries(entries.len())?;
        }
        self.expect(")")?;
        self.make(Node::Array(entries), height + 1, depth)
    }

    /// A function whose opening bracket has been read.
    fn call(&mut self, name: &str, depth: usize) -> Result<Tree, FilterError> {
        let position = self.at;
        let mut operands = Vec::new();
        if !self.takes(")") {
            match self.list(depth + 1)? {
                Tree { node: Node::Array(entries), height } => {
                    operands.extend(entries.into_iter().map(|node| Tree { node, height: height.saturating_sub(1) }));
                }
                other => operands.push(other),
            }
        }
        let nodes = |operands: Vec<Tree>| operands.into_iter().map(|tree| tree.node).collect::<Vec<_>>();
        let node = match name.to_ascii_lowercase().as_str() {
            "date" | "timestamp" | "interval" | "bbox" => special(name, nodes(operands)),
            _ => {
                let function = Function::named(name);
                if let Function::Array(_) = function {
                    restore_single_entries(&mut operands);
                }
                return self.apply(function, operands, depth);
            }
        };
        let node = node.map_err(|message| FilterError::Syntax { position: self.tokens[position].position, message })?;
        self.make(node, 0, depth)
    }
}

/// `('a')` reads as a text in brackets; where an array is wanted it is one.
fn restore_single_entries(operands: &mut [Tree]) {
    for tree in operands {
        if matches!(tree.node, Node::Text(_) | Node::Number(_) | Node::Boolean(_)) {
            let entry = std::mem::replace(&mut tree.node, Node::Open);
            tree.node = Node::Array(vec![entry]);
            tree.height += 1;
        }
    }
}
