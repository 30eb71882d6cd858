// The registered commands as a person meets them: flat names, option types in words, what a text could mean. Pure.

const TYPES = { 3: "text", 4: "whole number", 5: "true or false", 6: "user", 7: "channel", 8: "role", 9: "mention", 10: "number", 11: "file" };

// Subcommands become commands of their own: "setup clans add".
export function flat(commands) {
  return commands.filter((command) => command.type === 1).flatMap((command) => leaves(command, command.name, command));
}

function leaves(node, name, root) {
  const options = node.options || [];
  const inner = options.filter((option) => option.type <= 2);
  if (inner.length) return inner.flatMap((option) => leaves(option, `${name} ${option.name}`, root));
  return [{ name, description: node.description, options, restricted: root.default_member_permissions }];
}

export function typeName(option) {
  const range = [option.min_value, option.max_value].filter((one) => one !== undefined).join(" to ");
  return range ? `${TYPES[option.type]}, ${range}` : TYPES[option.type];
}

// Those whose name begins with the words, then those that contain them.
export function matching(commands, words) {
  const wanted = words.toLowerCase();
  const first = commands.filter((command) => command.name.startsWith(wanted));
  const then = commands.filter((command) => !command.name.startsWith(wanted) && command.name.includes(wanted));
  return [...first, ...then];
}

// What can be picked for an option without asking the bot; null: nothing, the value is free text.
export function picks(option, page) {
  if (option.choices && option.choices.length) return option.choices;
  if (option.type === 5) return [{ name: "True", value: true }, { name: "False", value: false }];
  if (option.type === 6 || option.type === 9) return page.users.map((user) => ({ name: user.name, value: user.id }));
  if (option.type === 7) return page.channels.map((channel) => ({ name: `#${channel.name}`, value: channel.id }));
  return null;
}
