using System.Runtime.InteropServices;

namespace Sida.Engine.Language.Interop;

/// <summary>
/// llama.cpp, loaded once per process and addressed through function pointers, so that the folder it comes from is decided in one
/// place (<see cref="LlamaFolder"/>). Nothing here checks arguments: the wrappers of this namespace do, since a failed native assertion
/// ends the process.
/// </summary>
internal sealed unsafe class LlamaLibrary
{
    private static readonly Lazy<LlamaLibrary> Process = new(() => new LlamaLibrary(LlamaFolder.Find(AppContext.BaseDirectory)));

    public readonly delegate* unmanaged<LlamaModelParams> ModelDefaultParams;
    public readonly delegate* unmanaged<LlamaContextParams> ContextDefaultParams;
    public readonly delegate* unmanaged<LlamaQuantizeParams> QuantizeDefaultParams;
    public readonly delegate* unmanaged<byte*, LlamaModelParams, nint> ModelLoadFromFile;
    public readonly delegate* unmanaged<nint, void> ModelFree;
    public readonly delegate* unmanaged<nint, LlamaContextParams, nint> InitFromModel;
    public readonly delegate* unmanaged<nint, void> Free;
    public readonly delegate* unmanaged<nint, nint> GetMemory;
    public readonly delegate* unmanaged<nint, byte, void> MemoryClear;
    public readonly delegate* unmanaged<nint, int, int, int, byte> MemorySequenceRemove;
    public readonly delegate* unmanaged<nint, int, int, int, int, void> MemorySequenceCopy;
    public readonly delegate* unmanaged<nint, int, int> MemorySequencePositionMax;
    public readonly delegate* unmanaged<nint, LlamaBatch, int> Decode;
    public readonly delegate* unmanaged<nint, int, float*> GetLogits;
    public readonly delegate* unmanaged<nint, int, int, void> SetThreads;
    public readonly delegate* unmanaged<nint, uint> ContextSize;
    public readonly delegate* unmanaged<nint, uint> BatchSize;
    public readonly delegate* unmanaged<nint, int> ModelHiddenSize;
    public readonly delegate* unmanaged<nint, int> ModelTrainedContext;
    public readonly delegate* unmanaged<nint, ulong> ModelSize;
    public readonly delegate* unmanaged<nint, byte*, nuint, int> ModelDescription;
    public readonly delegate* unmanaged<nint, nint> ModelVocabulary;
    public readonly delegate* unmanaged<nint, int> VocabularyTokens;
    public readonly delegate* unmanaged<nint, int, int> VocabularyAttributes;
    public readonly delegate* unmanaged<byte*, byte*, LlamaQuantizeParams*, uint> ModelQuantize;
    public readonly delegate* unmanaged<nuint> DeviceCount;
    public readonly delegate* unmanaged<nuint, nint> DeviceAt;
    public readonly delegate* unmanaged<nint, byte*> DeviceName;
    public readonly delegate* unmanaged<nint, byte*> DeviceDescription;
    public readonly delegate* unmanaged<nint, int> DeviceType;
    public readonly delegate* unmanaged[SuppressGCTransition]<nint, byte*> TensorName;
    public readonly delegate* unmanaged<nint, nuint> TensorBytes;
    public readonly delegate* unmanaged<nint, void*, nuint, nuint, void> TensorGet;

    private LlamaLibrary(LlamaFolder folder)
    {
        Folder = folder;

        // Dependencies first and by full path: then the loader finds them whatever the search path is.
        nint ggmlBase = Load(folder.GgmlBase);
        nint ggml = Load(folder.Ggml);
        nint llama = Load(folder.Llama);

        ModelDefaultParams = (delegate* unmanaged<LlamaModelParams>)Find(llama, "llama_model_default_params");
        ContextDefaultParams = (delegate* unmanaged<LlamaContextParams>)Find(llama, "llama_context_default_params");
        QuantizeDefaultParams = (delegate* unmanaged<LlamaQuantizeParams>)Find(llama, "llama_model_quantize_default_params");
        ModelLoadFromFile = (delegate* unmanaged<byte*, LlamaModelParams, nint>)Find(llama, "llama_model_load_from_file");
        ModelFree = (delegate* unmanaged<nint, void>)Find(llama, "llama_model_free");
        InitFromModel = (delegate* unmanaged<nint, LlamaContextParams, nint>)Find(llama, "llama_init_from_model");
        Free = (delegate* unmanaged<nint, void>)Find(llama, "llama_free");
        GetMemory = (delegate* unmanaged<nint, nint>)Find(llama, "llama_get_memory");
        MemoryClear = (delegate* unmanaged<nint, byte, void>)Find(llama, "llama_memory_clear");
        MemorySequenceRemove = (delegate* unmanaged<nint, int, int, int, byte>)Find(llama, "llama_memory_seq_rm");
        MemorySequenceCopy = (delegate* unmanaged<nint, int, int, int, int, void>)Find(llama, "llama_memory_seq_cp");
        MemorySequencePositionMax = (delegate* unmanaged<nint, int, int>)Find(llama, "llama_memory_seq_pos_max");
        Decode = (delegate* unmanaged<nint, LlamaBatch, int>)Find(llama, "llama_decode");
        GetLogits = (delegate* unmanaged<nint, int, float*>)Find(llama, "llama_get_logits_ith");
        SetThreads = (delegate* unmanaged<nint, int, int, void>)Find(llama, "llama_set_n_threads");
        ContextSize = (delegate* unmanaged<nint, uint>)Find(llama, "llama_n_ctx");
        BatchSize = (delegate* unmanaged<nint, uint>)Find(llama, "llama_n_batch");
        ModelHiddenSize = (delegate* unmanaged<nint, int>)Find(llama, "llama_model_n_embd");
        ModelTrainedContext = (delegate* unmanaged<nint, int>)Find(llama, "llama_model_n_ctx_train");
        ModelSize = (delegate* unmanaged<nint, ulong>)Find(llama, "llama_model_size");
        ModelDescription = (delegate* unmanaged<nint, byte*, nuint, int>)Find(llama, "llama_model_desc");
        ModelVocabulary = (delegate* unmanaged<nint, nint>)Find(llama, "llama_model_get_vocab");
        VocabularyTokens = (delegate* unmanaged<nint, int>)Find(llama, "llama_vocab_n_tokens");
        VocabularyAttributes = (delegate* unmanaged<nint, int, int>)Find(llama, "llama_vocab_get_attr");
        ModelQuantize = (delegate* unmanaged<byte*, byte*, LlamaQuantizeParams*, uint>)Find(llama, "llama_model_quantize");
        DeviceCount = (delegate* unmanaged<nuint>)Find(ggml, "ggml_backend_dev_count");
        DeviceAt = (delegate* unmanaged<nuint, nint>)Find(ggml, "ggml_backend_dev_get");
        DeviceName = (delegate* unmanaged<nint, byte*>)Find(ggmlBase, "ggml_backend_dev_name");
        DeviceDescription = (delegate* unmanaged<nint, byte*>)Find(ggmlBase, "ggml_backend_dev_description");
        DeviceType = (delegate* unmanaged<nint, int>)Find(ggmlBase, "ggml_backend_dev_type");
        TensorName = (delegate* unmanaged[SuppressGCTransition]<nint, byte*>)Find(ggmlBase, "ggml_get_name");
        TensorBytes = (delegate* unmanaged<nint, nuint>)Find(ggmlBase, "ggml_nbytes");
        TensorGet = (delegate* unmanaged<nint, void*, nuint, nuint, void>)Find(ggmlBase, "ggml_backend_tensor_get");

        Log = LlamaLog.Attach((delegate* unmanaged<delegate* unmanaged<int, byte*, void*, void>, void*, void>)Find(llama, "llama_log_set"));
        using (NativeText path = new(folder.Path))
        {
            ((delegate* unmanaged<byte*, void>)Find(ggml, "ggml_backend_load_all_from_path"))(path.Bytes);
        }

        ((delegate* unmanaged<void>)Find(llama, "llama_backend_init"))();
    }

    /// <summary>The library of this process, loaded on first use.</summary>
    /// <exception cref="NativeRuntimeException">It is missing, or lacks a function.</exception>
    public static LlamaLibrary Instance => Process.Value;

    public LlamaFolder Folder { get; }

    public LlamaLog Log { get; }

    private static nint Load(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException error)
        {
            throw new NativeRuntimeException($"{path} can't be loaded: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static nint Find(nint library, string function) => NativeLibrary.TryGetExport(library, function, out nint address)
        ? address
        : throw new NativeRuntimeException($"llama.cpp lacks {function}: it isn't release {LlamaFolder.Version}. Reinstall the native packages.");
}
