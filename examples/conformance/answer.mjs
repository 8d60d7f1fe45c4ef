// Answers conformance cases: one line of JSON in, `{"operation", "input"}`, one line of JSON out.

import { createInterface } from "node:readline";
import * as operations from "./recipients.mjs";

for await (const line of createInterface({ input: process.stdin })) {
  const { operation, input } = JSON.parse(line);
  console.log(JSON.stringify(operations[operation](input)));
}
