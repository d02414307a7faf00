// Are the answers the same? Both sides are lists of texts, in the order of the input.

export function compareAnswers(alone, together) {
  const count = Math.max(alone.length, together.length);
  let different = 0;
  for (let index = 0; index < count; index++) if (alone[index] !== together[index]) different++;
  return { answers: count, different };
}
