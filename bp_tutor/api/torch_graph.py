"""The graph of a module of PyTorch, as `torch.fx` follows it, as layers of a problem file."""

from __future__ import annotations

import copy
import operator
from importlib import import_module
from math import prod
from typing import TYPE_CHECKING, Any

from bp_tutor.api.refusal import RefusalError
from bp_tutor.api.torch_layers import GATES, MODULES, Called, attention, recurrent
from bp_tutor.api.torch_names import activation_of, plain
from bp_tutor.catalogue.layer import LAYERS, USUAL, layer_kind
from bp_tutor.frozen import Frozen
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.api.torch_layers import Content
    from bp_tutor.catalogue.layer import LayerKind

ADDS = ("add", "iadd", "__add__", "__iadd__", "__radd__")
JOINS = ("cat", "concat", "concatenate")
SIZES = ("size", "shape", "dim", "numel")
RESHAPES = ("view", "reshape", "squeeze", "unsqueeze", "contiguous", "clone")
OF_ROWS = {"softmax": "softmax", "logsoftmax": "log_softmax"}
"""Activations that look at all units at once, by their class."""


class Value(Frozen):
    """What stands in the graph: what a layer hands on, by its number; the input is layer 1."""

    layer: int
    shape: tuple[int, ...]
    alone: bool
    """Whether nothing else uses it, so that what comes next may become its activation."""
    flat: bool = False
    """Whether axes of 1 alone are behind its units, as behind a global average."""


class Followed(Frozen):
    """A module as layers, and the shapes of what goes in and comes out, samples first."""

    layers: tuple[Content, ...]
    inputs: Content | int
    shape: tuple[int, ...]


def follow(module: Any, x: Any, trained: frozenset[int], *, updates: bool) -> Followed:
    """The layers of a module, for inputs such as `x`.

    Args:
        module: of `torch.nn`; it is not changed.
        x: a tensor, samples first.
        trained: the parameters that are updated, by `id`.
        updates: whether there is an optimiser.

    Raises:
        RefusalError: something in it has no layer here, or cannot be followed.
    """
    return _Walk(module, x, trained, updates=updates).followed()


class _Walk:
    """One walk over the graph; `layers` grows as modules are met."""

    def __init__(self, module: Any, x: Any, trained: frozenset[int], *, updates: bool) -> None:
        self.trained, self.updates = trained, updates
        # A layer alone is followed as a call, not into what it is made of.
        alone = _is_of_torch(module) and type(module).__name__ != "Sequential"
        self.whole = import_module("torch.nn").Sequential(module) if alone else module
        self.x = x
        self.layers: list[Content] = []
        self.values: dict[Any, Value] = {}
        self.tied: dict[int, int] = {}
        self.passed: set[Any] = set()
        self.graph = self._traced()
        self.kinds = [self._kind_called(node) for node in self.graph.nodes]

    def _traced(self) -> Any:
        """The graph with the shape of everything in it."""
        fx = import_module("torch.fx")
        torch = import_module("torch")
        # The shapes come from a run, which must neither draw nor count.
        still = copy.deepcopy(self.whole).eval()
        try:
            followed = fx.symbolic_trace(self.whole)
            followed.graph.eliminate_dead_code()
            runs = fx.GraphModule(still, followed.graph)
        except (RuntimeError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise _refusal("torch.not_followed", error, type(self.whole).__name__) from None
        try:
            with torch.no_grad():
                _run_noting_shapes(fx.Interpreter(runs), self.x)
        except (RuntimeError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise _refusal("torch.not_run", error, type(self.whole).__name__) from None
        return followed.graph

    def followed(self) -> Followed:
        """The layers, once all the graph was walked over."""
        inputs = [node for node in self.graph.nodes if node.op == "placeholder"]
        if len(inputs) != 1:
            raise RefusalError("torch.several_inputs", name=type(self.whole).__name__)
        for node in self.graph.nodes:
            self._meet(node)
        (found,) = next(node for node in self.graph.nodes if node.op == "output").args
        if found not in self.values or not self.layers:
            raise RefusalError("torch.output", name=type(self.whole).__name__)
        return Followed(tuple(self.layers), self._inputs(), self.values[found].shape)

    # What is met.

    def _meet(self, node: Any) -> None:
        if node.op == "placeholder":
            self.values[node] = Value(1, tuple(self.x.shape), len(_users(node)) == 1)
        if not node.op.startswith("call_") or node in self.values or node in self.passed:
            return
        if node.op == "call_module":
            self._meet_module(node, self._module(node), self._name(node))
        elif not self._is_size(node):
            self._meet_function(node, _function_name(node))

    def _meet_function(self, node: Any, name: str) -> None:
        if name in ADDS:
            self._join(node, "add", node.args[:2])
        elif name in JOINS:
            self._concatenate(node)
        elif name in RESHAPES:
            self._reshape(node)
        else:
            self._meet_module(node, self._made(node, name), _call_name(name))

    def _meet_module(self, node: Any, module: Any, name: str) -> None:
        kind = type(module).__name__
        source = self._source(node, name)
        call = Called(module, name, source.shape, self.trained, self.updates)
        if kind in GATES:
            self._recurrent(node, source, call)
        elif kind == "MultiheadAttention":
            self._attention(node, source, call)
        elif kind in MODULES and _is_of_torch(module):
            self._emit(node, source, self._tying(call, MODULES[kind](call)))
        else:
            self._activate(node, source, call)

    def _activate(self, node: Any, source: Value, call: Called) -> None:
        """Take a function for the activation of the layer before it, else for a layer by itself."""
        name = plain(type(call.module).__name__)
        found: Any = activation_of(call.module) if _is_of_torch(call.module) else None
        if name in OF_ROWS:
            if call.module.dim not in (-1, len(source.shape) - 1):
                raise call.refusal("dim", call.module.dim)
            found = OF_ROWS[name]
        if found is None:
            raise RefusalError("torch.no_layer", name=call.name)
        before = self.layers[source.layer - 2] if source.layer > 1 else {}
        if source.alone and takes_activation(before):
            before["activation"] = found
            self._set(node, source)
        else:
            self._emit(node, source, [{"activate": found}])

    def _join(self, node: Any, key: str, parts: Any) -> None:
        found = [self.values.get(part) for part in parts]
        sources = [each for each in found if each is not None]
        if len(sources) != len(found) or node.kwargs.keys() - {"dim", "axis"}:
            raise RefusalError("torch.no_layer", name=_call_name(_function_name(node)))
        self._emit(node, sources[0], [{key: [each.layer for each in sources]}])

    def _concatenate(self, node: Any) -> None:
        parts, axis = node.args[0], (*node.args, 0)[1]
        axis = node.kwargs.get("dim", node.kwargs.get("axis", axis))
        rank = len(_shape(node))
        along = {1, 1 - rank} if self._image() and rank > 2 else {rank - 1, -1}
        if axis not in along:
            name = _call_name(_function_name(node))
            raise RefusalError("torch.setting", name=name, setting="dim", value=axis)
        self._join(node, "concatenate", parts)

    def _reshape(self, node: Any) -> None:
        """A row for each sample of what was an image; otherwise nothing changes but axes of 1."""
        source = self._source(node, _call_name(_function_name(node)))
        before, after = source.shape, _shape(node)
        size = prod(before[1:])
        if after == (before[0], size) and len(before) > 2:
            self._emit(node, source, [{"flatten": None}])
        elif _without_ones(before) == _without_ones(after) and before[0] == after[0]:
            self._set(node, source, after)
        else:
            raise RefusalError("torch.no_layer", name=_call_name(_function_name(node)))

    def _recurrent(self, node: Any, source: Value, call: Called) -> None:
        """A recurrent module, whose states are used in one way: all, the last one, or the mean."""
        module = call.module
        call.only(batch_first=True, proj_size=0)
        if len(node.args) > 1 or node.kwargs:
            raise RefusalError("torch.initial_state", name=call.name)
        if module.training and module.dropout and module.num_layers > 1:
            raise RefusalError("torch.dropout", name=call.name)
        uses = [*_uses_of_states(node, module)]
        ways = {way for way, _ in uses}
        if len(ways) != 1 or (module.bidirectional and ways != {"all"}):
            raise RefusalError("torch.states", name=call.name)
        (way,) = ways
        for depth in range(module.num_layers):
            last = depth == module.num_layers - 1
            forth = recurrent(call, depth, backward=False)
            kind = GATES[type(module).__name__][0]
            if last and way != "all":
                forth[kind]["returns"] = way
            if not module.bidirectional:
                source = self._add(source, forth)
                continue
            ends = [self._add(source, forth)]
            ends.append(self._add(source, recurrent(call, depth, backward=True)))
            source = self._add(ends[0], {"concatenate": [each.layer for each in ends]})
        for user in node.users:
            self.passed |= {user, *(user.users if not _shape(user) else ())}
        for _, used in uses:
            self._set(used, source, _shape(used))

    def _attention(self, node: Any, source: Value, call: Called) -> None:
        query, key, value = node.args[:3] if len(node.args) > 2 else (None, None, None)
        if key is not value or len(node.args) > 3 or node.kwargs.keys() - {"need_weights"}:
            raise RefusalError("torch.attention", name=call.name)
        other = self.values[key]
        keys_from = None if key is query else other.layer
        source = self._add(source, attention(call, keys_from))
        for user in node.users:
            if _function_name(user) != "getitem" or user.args[1] != 0:
                raise RefusalError("torch.attention", name=call.name)
            self._set(user, source, _shape(user))

    # What comes of it.

    def _add(self, source: Value, content: Content) -> Value:
        """A layer behind `source`, and what it hands on; its shape is not known."""
        joins = any(key in content for key in ("add", "concatenate"))
        if source.layer != len(self.layers) + 1 and not joins:
            content = {**content, "from": source.layer}
        self.layers.append(content)
        return Value(len(self.layers) + 1, source.shape, alone=False)

    def _emit(self, node: Any, source: Value, contents: list[Content]) -> None:
        """The layers of a node; none where it changes nothing."""
        for content in contents:
            if "flatten" in content and source.flat:
                continue
            flat = source.flat or content.get("pooling", {}).get("average") == "global"
            source = self._add(source, content)._replace(alone=True, flat=flat)
        self._set(node, source, _shape(node))

    def _set(self, node: Any, value: Value, shape: tuple[int, ...] = ()) -> None:
        alone = value.alone and len(_users(node)) == 1
        self.values[node] = value._replace(alone=alone, shape=shape or value.shape)

    def _tying(self, call: Called, contents: list[Content]) -> list[Content]:
        """The layers of a module, tied where its weights are those of an earlier one."""
        number = len(self.layers) + 2
        for name, parameter in call.module.named_parameters():
            first = self.tied.setdefault(id(parameter), number)
            if first == number:
                continue
            if name != "weight" or type(call.module).__name__ != "Linear":
                raise RefusalError("torch.tied", name=call.name)
            contents = [{**each, "weights": {"tied": first}} for each in contents]
        return contents

    # What is asked of the graph.

    def _inputs(self) -> Content | int:
        """What one sample is like, as a file has it."""
        shape = tuple(self.x.shape[1:])
        vocabulary = self._vocabulary()
        if vocabulary:
            units: Content = {"vocabulary": vocabulary}
            if not shape:
                return units
            shape = (*shape, 0)
        else:
            units = {"units": shape[-1]}
        if len(shape) == 1:
            return int(shape[0])
        if len(shape) == 2 and not self._image():
            form = "positions" if "MultiheadAttention" in self.kinds else "steps"
            return {form: shape[0], **units}
        channels, height, width = (shape[0], 1, shape[1]) if len(shape) == 2 else shape
        return {"channels": channels, "height": height, "width": width}

    def _image(self) -> bool:
        """Whether it slides over images, or over sequences as images of one row."""
        return len(self.x.shape) == 4 or any(
            kind.endswith(("1d", "2d")) and not kind.startswith(("BatchNorm", "Dropout"))
            for kind in self.kinds
        )

    def _vocabulary(self) -> int:
        """How many tokens there are, where the inputs are their numbers; else 0."""
        for node in self.graph.nodes:
            if node.op == "call_module" and type(self._module(node)).__name__ == "Embedding":
                (source,) = node.args
                if source.op == "placeholder":
                    return int(self._module(node).num_embeddings)
        return 0

    def _module(self, node: Any) -> Any:
        return self.whole.get_submodule(node.target)

    def _kind_called(self, node: Any) -> str:
        if node.op == "call_module":
            return type(self._module(node)).__name__
        torch = import_module("torch")
        made = _classes(torch).get(plain(_function_name(node)))
        return "" if made is None else str(made.__name__)

    def _name(self, node: Any) -> str:
        module = self._module(node)
        kind = type(module)
        home = "torch.nn" if _is_of_torch(module) else kind.__module__
        return f"{shown(f'{home}.{kind.__name__}')} ({shown(str(node.target))})"

    def _source(self, node: Any, name: str) -> Value:
        """What reaches a node from the layer before it."""
        found = self.values.get(node.args[0]) if node.args else None
        if found is None:
            raise RefusalError("torch.no_layer", name=name)
        return found

    def _is_size(self, node: Any) -> bool:
        """Whether it is a length that the graph asks for, or comes from one."""
        name = _function_name(node)
        if name in SIZES or (name == "getattr" and node.args[1] in SIZES):
            return True
        inputs = node.all_input_nodes
        return bool(inputs) and all(
            each not in self.values and each.op.startswith("call") and self._is_size(each)
            for each in inputs
        )

    def _made(self, node: Any, name: str) -> Any:
        """The module that does what a function does: `F.max_pool2d(x, 2)` as `MaxPool2d(2)`."""
        kind = _classes(import_module("torch")).get(plain(name))
        settings = dict(node.kwargs)
        training = settings.pop("training", None)
        unknown = RefusalError("torch.no_layer", name=_call_name(name))
        if kind is None:
            raise unknown
        try:
            module = kind(*node.args[1:], **settings)
        except (TypeError, ValueError, RuntimeError):
            raise unknown from None
        if [*module.parameters()] or [*module.buffers()]:
            raise unknown
        return module.train(training is None or bool(training))


def _run_noting_shapes(run: Any, x: Any) -> None:
    """Run a graph, and note at each node the shape of the tensor that it makes.

    `torch.fx.passes.shape_prop` does the same, but prints its calls where the graph cannot run.
    """
    usual = run.run_node

    def noting(node: Any) -> Any:
        made = usual(node)
        if hasattr(made, "detach"):
            node.meta["shape"] = tuple(made.shape)
        return made

    run.run_node = noting
    run.run(x)


def takes_activation(content: Content) -> bool:
    """Whether a layer may get an activation behind it that it has not yet."""
    return bool(content) and _kind(content).activation != "" and activation_in(content) is None


def activation_in(content: Content) -> Any:
    """The activation that a layer has got, as a file says it; None: none."""
    return content.get(_kind(content).activation_key)


def _kind(content: Content) -> LayerKind:
    return layer_kind(next((key for key in content if key in LAYERS), USUAL))


def _uses_of_states(node: Any, module: Any) -> Iterator[tuple[str, Any]]:
    """How the states that a recurrent module hands back are used: the way, and where."""
    for user in node.users:
        place = user.args[1] if _function_name(user) == "getitem" else None
        if place == 0:
            for inner in _users(user):
                way = _way_of_states(inner)
                yield (way, inner) if way != "all" else ("all", user)
        elif place == 1:
            yield from _uses_of_last(user, module)
        else:
            yield "", user


def _way_of_states(node: Any) -> str:
    """Whether a node takes the last of all states, or their mean."""
    name = _function_name(node)
    if name == "getitem":
        places = node.args[1] if isinstance(node.args[1], tuple) else (node.args[1],)
        return "last" if places[:2] == (slice(None), -1) and len(places) < 4 else "all"
    if name == "mean":
        told = (*node.args[1:], *(node.kwargs.get(key) for key in ("dim", "axis")))
        keeps = node.kwargs.get("keepdim", False)
        return "mean" if told[0] in (1, -2, (1,), [1]) and not keeps else "all"
    return "all"


def _uses_of_last(node: Any, module: Any) -> Iterator[tuple[str, Any]]:
    """How the states behind the last step are used, which PyTorch hands back for each layer."""
    if type(module).__name__ == "LSTM":
        for user in node.users:
            if _function_name(user) == "getitem" and user.args[1] == 0:
                yield from _uses_of_layers(user, module)
            else:
                yield "", user
    else:
        yield from _uses_of_layers(node, module)


def _uses_of_layers(node: Any, module: Any) -> Iterator[tuple[str, Any]]:
    for user in node.users:
        name, place = _function_name(user), (*user.args, None)[1]
        picked = name == "getitem" and place in (-1, module.num_layers - 1)
        squeezed = name == "squeeze" and place == 0 and module.num_layers == 1
        yield ("last" if picked or squeezed else ""), user


def _users(node: Any) -> list[Any]:
    """What uses a node for more than its size."""
    return [
        user
        for user in node.users
        if _function_name(user) not in SIZES
        and not (_function_name(user) == "getattr" and user.args[1] in SIZES)
    ]


def _function_name(node: Any) -> str:
    if node.op == "call_method":
        return str(node.target).rstrip("_") if not node.target.startswith("__") else node.target
    if node.op == "call_function":
        name = getattr(node.target, "__name__", "")
        return "getitem" if node.target is operator.getitem else str(name).rstrip("_")
    return ""


def _call_name(name: str) -> str:
    return shown(f"{name}()")


def _shape(node: Any) -> tuple[int, ...]:
    """The shape of what a node makes; nothing for one that makes several tensors."""
    shape: tuple[int, ...] = node.meta.get("shape", ())
    return shape


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(length for length in shape[1:] if length != 1)


def _is_of_torch(module: Any) -> bool:
    return type(module).__module__.startswith("torch.nn.")


def _classes(torch: Any) -> dict[str, Callable[..., Any]]:
    """The classes in `torch.nn`, by their names as names are compared."""
    base = torch.nn.Module
    return {
        plain(name): kind
        for name, kind in vars(torch.nn).items()
        if isinstance(kind, type) and issubclass(kind, base)
    }


def _refusal(key: str, error: Exception, name: str) -> RefusalError:
    # Of what PyTorch says, the first line is the reason; behind it stand its own calls.
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    reason = next(iter(lines), type(error).__name__)
    return RefusalError(key, name=shown(name), reason=shown(reason[:200]))
