"""The cost of a pass over tokens: the formula of src/model/pass_cost.cc, which also counts the work of the peers."""


def shared_length(prompts):
    """The number of tokens that all prompts begin with. At least one token of each prompt is left over."""
    shortest, longest = min(prompts), max(prompts)
    limit = min(map(len, prompts)) - 1
    return next((n for n in range(limit) if shortest[n] != longest[n]), limit)


def tree_positions(prompts):
    """The positions of all distinct (prefix, token) pairs, and of those that end a prompt."""
    rows = {tuple(ids[:n]) for ids in prompts for n in range(1, len(ids) + 1)}
    return [len(row) - 1 for row in rows], [len(ids) - 1 for ids in {tuple(ids) for ids in prompts}]


class Shape:
    def __init__(self, model):  # "model" of `partwise inspect --json`
        self.n_layers, self.windows = model["n_layers"], model["windows"] or [0] * model["n_layers"]
        d_model, self.heads = model["d_model"], model["n_heads"] * model["d_head"]
        d_qkv = self.heads + 2 * model["n_kv_heads"] * model["d_head"]
        d_up = (2 if model["gated_mlp"] else 1) * model["d_mlp"]
        # (n_in, n_out) of the products of one layer
        self.products = [(d_model, d_qkv), (self.heads, d_model), (d_model, d_up), (model["d_mlp"], d_model)]
        self.qkv, *rest = (n_in * n_out for n_in, n_out in self.products)
        self.rest = sum(rest)

    def behind_qkv(self, positions, window):
        seen = sum(min(window, position + 1) if window else position + 1 for position in positions)
        return 2 * self.rest * len(positions) + 4 * self.heads * seen

    def flops(self, positions, last_layer=None):
        """Multiplications and additions. `last_layer`: positions that pass through the whole last layer (None: all)."""
        n = 2 * self.qkv * self.n_layers * len(positions)
        n += sum(self.behind_qkv(positions, window) for window in self.windows[:-1])
        return n + self.behind_qkv(positions if last_layer is None else last_layer, self.windows[-1])
