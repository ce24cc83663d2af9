"""The embedding room: text to three vectors.

`onepass` is the model in the package: one forward pass gives the dense vector and the token
vectors. `bm25` weighs terms. `fastembed` brings every other model by name. `encoder` puts
the three together behind the `Encoder` port.
"""
