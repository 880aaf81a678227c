import assert from "node:assert/strict";
import { test } from "node:test";
import {
  COLUMNS,
  pasted,
  rangeOf,
  rangeText,
  readCell,
  textOf,
} from "../../../static/js/kpi-tree/cells.js";
import { makeTree } from "./trees.js";

const CHOICES = {
  unit: /** @type {[string, string][]} */ ([
    ["percent", "%"],
    ["yen", "円"],
  ]),
  perspective: /** @type {[string, string][]} */ ([["customer", "顧客"]]),
};

/** @param {string} name */
function column(name) {
  const found = COLUMNS.find((one) => one.name === name);
  assert.ok(found);
  return found;
}

/** @param {string} name @param {string} text */
const read = (name, text) => readCell(text, column(name), CHOICES);

test("a cell is read by its word, its code or its width", () => {
  assert.deepEqual(read("unit", "円"), { value: "yen" });
  assert.deepEqual(read("unit", "percent"), { value: "percent" });
  assert.deepEqual(read("unit", "％"), { value: "percent" });
  assert.match(/** @type {any} */ (read("unit", "ドル")).problem, /次から選んでください：%、円/);
});

test("numbers are read as the server writes them", () => {
  assert.deepEqual(read("weight", "２．５０"), { value: "2.5" });
  assert.deepEqual(read("baseline", "1,234,000"), { value: "1234000" });
  assert.deepEqual(read("baseline", "-0.50"), { value: "-0.5" });
  assert.deepEqual(read("baseline", ""), { value: null });
  assert.deepEqual(read("importance", "5"), { value: 5 });
  for (const [name, text] of [
    ["importance", "6"],
    ["importance", "2.5"],
    ["weight", "-1"],
    ["weight", "1e3"],
    ["weight", ""],
    ["baseline", "約100"],
  ]) {
    assert.ok("problem" in read(name ?? "", text ?? ""), `${name} ${text}`);
  }
});

test("days are real days", () => {
  assert.deepEqual(read("deadline_on", "2027/3/31"), { value: "2027-03-31" });
  assert.deepEqual(read("deadline_on", "2027年3月31日"), { value: "2027-03-31" });
  assert.ok("problem" in read("deadline_on", "2027/02/30"));
  assert.ok("problem" in read("deadline_on", "来月"));
});

test("a name is needed and has its length", () => {
  assert.ok("problem" in read("name", "  "));
  assert.ok("problem" in read("name", "あ".repeat(201)));
  assert.deepEqual(read("perspective", ""), { value: "" });
});

test("a range keeps line breaks and quotes inside its cells", () => {
  const cells = [
    ["a", 'say "x"'],
    ["two\nlines", ""],
  ];
  assert.deepEqual(rangeOf(rangeText(cells)), cells);
  assert.deepEqual(rangeOf("a\tb\r\nc\td\r\n"), [
    ["a", "b"],
    ["c", "d"],
  ]);
  assert.deepEqual(rangeOf("only"), [["only"]]);
});

test("a pasted range changes cells to the right and down", () => {
  const nodes = makeTree("goal(a b)").subtree("goal");
  const { changes, problems } = pasted(
    rangeOf("売上\t円\n客数\t%"),
    nodes.slice(1),
    COLUMNS.slice(0, 2),
    CHOICES,
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(changes, [
    { id: "a", fields: { name: "売上", unit: "yen" } },
    { id: "b", fields: { name: "客数", unit: "percent" } },
  ]);
});

test("a range that does not fit tells every problem", () => {
  const nodes = makeTree("goal(a b)").subtree("goal");
  const range = rangeOf("売上\tドル\tx\n\t円\ty\nz\t円\tq\nw\t円\tq");
  const { problems } = pasted(range, nodes.slice(1), COLUMNS.slice(0, 2), CHOICES);
  assert.equal(problems.length, 4);
  assert.match(problems[0] ?? "", /下の2行/);
  assert.match(problems[1] ?? "", /右の1列/);
});

test("a cell shows the word of its code, and a day the Japanese way", () => {
  const [node] = makeTree("goal").subtree("goal");
  assert.ok(node);
  const filled = { ...node, fields: { unit: "yen", deadline_on: "2027-03-31", baseline: null } };
  assert.equal(textOf(filled, column("unit"), CHOICES), "円");
  assert.equal(textOf(filled, column("deadline_on"), CHOICES), "2027/03/31");
  assert.equal(textOf(filled, column("baseline"), CHOICES), "");
});
