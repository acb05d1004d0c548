using Microsoft.Win32.SafeHandles;

namespace Sida.Engine.Language.Interop;

/// <summary>Owns a native <c>llama_context</c> and keeps its model alive, whichever of the two is released first.</summary>
internal sealed unsafe class LlamaContextHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly LlamaLibrary _library;
    private readonly LlamaModelHandle _model;

    /// <summary>Makes a context; <see cref="System.Runtime.InteropServices.SafeHandle.IsInvalid"/> if llama.cpp refused.</summary>
    public LlamaContextHandle(LlamaLibrary library, LlamaModelHandle model, LlamaContextParams parameters)
        : base(ownsHandle: true)
    {
        _library = library;
        _model = model;
        bool added = false;
        model.DangerousAddRef(ref added);
        SetHandle(library.InitFromModel(model.DangerousGetHandle(), parameters));
        if (IsInvalid)
        {
            // ReleaseHandle isn't called for an invalid handle.
            model.DangerousRelease();
        }
    }

    protected override bool ReleaseHandle()
    {
        _library.Free(handle);
        _model.DangerousRelease();
        return true;
    }
}
