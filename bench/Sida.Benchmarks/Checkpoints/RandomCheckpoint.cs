using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sida.Benchmarks.Checkpoints;

/// <summary>Writes a folder in HuggingFace layout with invented weights: everything that `sida import` reads, at full size.</summary>
internal static class RandomCheckpoint
{
    private const long ShardBytes = 5L << 30;

    /// <summary>Makes <c>FOLDER/checkpoint</c> and <c>FOLDER/clip</c>.</summary>
    public static void Write(string folder, CheckpointShape shape, int seed)
    {
        RandomWeights weights = new(seed);
        string checkpoint = Directory.CreateDirectory(Path.Combine(folder, "checkpoint")).FullName;
        string clip = Directory.CreateDirectory(Path.Combine(folder, "clip")).FullName;
        WriteShards(checkpoint, [.. shape.Language()], weights);
        TorchShardWriter.Write(Path.Combine(clip, "pytorch_model.bin"), [.. shape.Clip()], weights);
        WriteJson(checkpoint, "config.json", LanguageConfig(shape));
        WriteJson(checkpoint, "generation_config.json", new() { ["_from_model_config"] = true, ["bos_token_id"] = 1, ["eos_token_id"] = 2, ["pad_token_id"] = 0 });
        WriteJson(checkpoint, "added_tokens.json", AddedTokens(shape.Vocabulary - 4));
        WriteJson(checkpoint, "tokenizer_config.json", new() { ["tokenizer_class"] = "LlamaTokenizer", ["add_bos_token"] = true, ["legacy"] = true });
        WriteJson(checkpoint, "special_tokens_map.json", new() { ["bos_token"] = "<s>", ["eos_token"] = "</s>", ["unk_token"] = "<unk>", ["pad_token"] = "<unk>" });
        File.WriteAllBytes(Path.Combine(checkpoint, "tokenizer.model"), InventedVocabulary.SentencePieceModel(shape.Vocabulary - 4));
        WriteJson(clip, "config.json", ClipConfig(shape));
        WriteJson(clip, "preprocessor_config.json", ClipPreprocessor());
    }

    private static void WriteShards(string folder, List<(string Name, long[] Shape)> tensors, RandomWeights weights)
    {
        List<List<(string Name, long[] Shape)>> shards = [[]];
        long size = 0;
        foreach ((string Name, long[] Shape) tensor in tensors)
        {
            long bytes = RandomWeights.Count(tensor.Shape) * 2;
            if (size + bytes > ShardBytes && shards[^1].Count > 0)
            {
                shards.Add([]);
                size = 0;
            }

            shards[^1].Add(tensor);
            size += bytes;
        }

        JsonObject map = [];
        for (int index = 0; index < shards.Count; index++)
        {
            string name = $"pytorch_model-{index + 1:D5}-of-{shards.Count:D5}.bin";
            TorchShardWriter.Write(Path.Combine(folder, name), shards[index], weights);
            foreach ((string tensor, _) in shards[index])
            {
                map[tensor] = name;
            }
        }

        WriteJson(folder, "pytorch_model.bin.index.json", new() { ["metadata"] = new JsonObject(), ["weight_map"] = map });
    }

    private static JsonObject LanguageConfig(CheckpointShape shape) => new()
    {
        ["architectures"] = new JsonArray("SIDAForCausalLM"),
        ["model_type"] = "llava",
        ["hidden_size"] = shape.Hidden,
        ["intermediate_size"] = shape.FeedForward,
        ["num_hidden_layers"] = shape.Layers,
        ["num_attention_heads"] = shape.Heads,
        ["num_key_value_heads"] = shape.Heads,
        ["vocab_size"] = shape.Vocabulary,
        ["max_position_embeddings"] = 2048,
        ["rms_norm_eps"] = 1e-5,
        ["hidden_act"] = "silu",
        ["mm_hidden_size"] = shape.ClipWidth,
        ["mm_vision_select_layer"] = -2,
        ["mm_vision_select_feature"] = "patch",
        ["mm_use_im_start_end"] = true,
        ["out_dim"] = 256,
        ["tie_word_embeddings"] = false,
        ["use_cache"] = false,
        ["bos_token_id"] = 1,
        ["eos_token_id"] = 2,
        ["pad_token_id"] = 0,
        ["torch_dtype"] = "bfloat16",
        ["transformers_version"] = "4.31.0",
    };

    private static JsonObject ClipConfig(CheckpointShape shape) => new()
    {
        ["architectures"] = new JsonArray("CLIPModel"),
        ["model_type"] = "clip",
        ["vision_config"] = new JsonObject
        {
            ["model_type"] = "clip_vision_model",
            ["hidden_act"] = "quick_gelu",
            ["hidden_size"] = shape.ClipWidth,
            ["image_size"] = 224,
            ["intermediate_size"] = shape.ClipFeedForward,
            ["layer_norm_eps"] = 1e-5,
            ["num_attention_heads"] = shape.ClipHeads,
            ["num_channels"] = 3,
            ["num_hidden_layers"] = shape.ClipLayers,
            ["patch_size"] = 14,
        },
    };

    private static JsonObject ClipPreprocessor() => new()
    {
        ["crop_size"] = 224,
        ["do_center_crop"] = true,
        ["do_normalize"] = true,
        ["do_resize"] = true,
        ["image_mean"] = new JsonArray(0.48145466, 0.4578275, 0.40821073),
        ["image_std"] = new JsonArray(0.26862954, 0.26130258, 0.27577711),
        ["resample"] = 3,
        ["size"] = 224,
    };

    private static JsonObject AddedTokens(int first) => new() { ["[CLS]"] = first, ["[SEG]"] = first + 1, ["<im_start>"] = first + 2, ["<im_end>"] = first + 3 };

    private static void WriteJson(string folder, string name, JsonObject content) =>
        File.WriteAllBytes(Path.Combine(folder, name), JsonSerializer.SerializeToUtf8Bytes(content));
}
