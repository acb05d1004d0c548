namespace Sida.Engine.Import.Gguf;

/// <summary>The metadata of a LLaMA model in a GGUF file; keys as in ggml's docs/gguf.md.</summary>
internal static class LlamaMetadata
{
    /// <summary>Adds everything but the tensors.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="config">The model's sizes.</param>
    /// <param name="tokenizer">The special ids.</param>
    /// <param name="vocabulary">A token for each row of the embedding table.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="fileType">llama.cpp's number of the precision.</param>
    public static void Write(
        GgufWriter writer, LlamaConfig config, GgufTokenizer tokenizer, IReadOnlyList<GgufPiece> vocabulary, string name, uint fileType)
    {
        writer.Add("general.architecture", "llama");
        writer.Add("general.name", name);
        writer.Add("general.file_type", fileType);
        writer.Add("llama.vocab_size", (uint)vocabulary.Count);
        writer.Add("llama.context_length", (uint)config.ContextLength);
        writer.Add("llama.embedding_length", (uint)config.HiddenSize);
        writer.Add("llama.block_count", (uint)config.Layers);
        writer.Add("llama.feed_forward_length", (uint)config.FeedForwardSize);
        writer.Add("llama.attention.head_count", (uint)config.Heads);
        writer.Add("llama.attention.head_count_kv", (uint)config.KeyValueHeads);
        writer.Add("llama.attention.layer_norm_rms_epsilon", config.NormEpsilon);
        writer.Add("llama.rope.dimension_count", (uint)config.HeadSize);
        writer.Add("llama.rope.freq_base", config.RopeTheta);
        if (config.LinearRopeScaling is { } factor)
        {
            writer.Add("llama.rope.scaling.type", "linear");
            writer.Add("llama.rope.scaling.factor", factor);
        }

        writer.Add("tokenizer.ggml.model", "llama");
        writer.Add("tokenizer.ggml.pre", "default");
        writer.Add("tokenizer.ggml.tokens", [.. vocabulary.Select(piece => piece.Text)]);
        writer.Add("tokenizer.ggml.scores", [.. vocabulary.Select(piece => piece.Score)]);
        writer.Add("tokenizer.ggml.token_type", [.. vocabulary.Select(piece => (int)piece.Type)]);
        writer.Add("tokenizer.ggml.bos_token_id", (uint)tokenizer.BosId);
        writer.Add("tokenizer.ggml.eos_token_id", (uint)tokenizer.EosId);
        writer.Add("tokenizer.ggml.unknown_token_id", (uint)tokenizer.UnknownId);
        if (tokenizer.PadId is { } pad)
        {
            writer.Add("tokenizer.ggml.padding_token_id", (uint)pad);
        }

        writer.Add("tokenizer.ggml.add_bos_token", true);
        writer.Add("tokenizer.ggml.add_eos_token", false);
        writer.Add("tokenizer.ggml.add_space_prefix", tokenizer.AddSpacePrefix);
    }
}
