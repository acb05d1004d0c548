namespace Sida.Engine.Import.Checkpoints.PyTorch;

/// <summary>The stack of a <see cref="PickleMachine"/>, divided into groups by marks; nothing reaches below the last mark.</summary>
internal sealed class PickleStack(PickleInput input)
{
    private const int MaxValues = 100_000;
    private const int MaxMarks = 100;

    private readonly List<object> _values = [];
    private readonly Stack<int> _marks = new();

    /// <summary>The only value when there is exactly one and no open group, else null.</summary>
    public object? Result => _values.Count == 1 && _marks.Count == 0 ? _values[0] : null;

    private int Floor => _marks.TryPeek(out int mark) ? mark : 0;

    /// <summary>Puts a value on top.</summary>
    public void Push(object value)
    {
        if (_values.Count == MaxValues)
        {
            throw input.Damaged($"piles up more than {MaxValues} values");
        }

        _values.Add(value);
    }

    /// <summary>Begins a group.</summary>
    public void PushMark()
    {
        if (_marks.Count == MaxMarks)
        {
            throw input.Damaged($"nests more than {MaxMarks} deep");
        }

        _marks.Push(_values.Count);
    }

    /// <summary>The value on top, which stays there.</summary>
    public object Top() => _values.Count > Floor ? _values[^1] : throw input.Damaged("takes a value where there is none");

    /// <summary>Takes values from the top, the lowest first.</summary>
    public object[] Pop(int count)
    {
        if (_values.Count - count < Floor)
        {
            throw input.Damaged("takes a value where there is none");
        }

        object[] values = [.. _values[^count..]];
        _values.RemoveRange(_values.Count - count, count);
        return values;
    }

    /// <summary>Takes the last group.</summary>
    public object[] PopToMark() => _marks.TryPop(out int mark) ? Pop(_values.Count - mark) : throw input.Damaged("ends a group that never began");
}
