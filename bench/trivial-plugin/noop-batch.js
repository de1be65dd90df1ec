'use strict';
module.exports = async function* (_graph, inputs) {
  for (const task of Object.keys(inputs)) yield { task, result: { success: true, terminalOutput: '' } };
};
