"""A problem file with names of every sort."""

OWN = """
title: T
notation: net-out
names:
  Z: {symbol: net, en: net input, zh: 净输入}
  A: {symbol: act, en: output, zh: 输出值}
  X: x
  dZ: {symbol: delta, en: error signal, zh: 误差信号}
  L: {symbol: E, en: total error, zh: 总误差}
  W': V
  烧: {ascii: fever, en: has fever, zh: 发烧}
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: [烧, h2], activation: sigmoid, weights: [[0.1, 0.2], [0.3, 0.4]], bias: [0.1, 0.2]}
    - {units: [o], activation: sigmoid, weights: [[0.1], [0.3]], bias: [0.1]}
inputs: [1, 0.5]
targets: [0.5]
learning_rate: 0.1
published:
  - {name: net_烧, value: "0.35"}
  - {name: act_fever, value: "0.5866"}
  - {name: V5, value: "0.0988"}
  - {name: E, value: "0.0038"}
"""
