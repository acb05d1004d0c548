using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sida.Web.Data.Entities;

namespace Sida.Web.Data;

/// <summary>
/// Tables, keys and indexes. References between owned rows are pairs (owner, id), so the database itself refuses a row that points
/// at somebody else's: an id that was guessed or copied can't be attached to anything.
/// </summary>
internal static class SidaModel
{
    public const int HashLength = 64;
    public const int NameLength = 255;

    public static void Build(ModelBuilder model)
    {
        model.Entity<Owner>().Property(owner => owner.Id).ValueGeneratedNever();
        model.Entity<Conversation>(Conversations);
        model.Entity<Question>(Questions);
        model.Entity<Analysis>(Analyses);
        model.Entity<RecordedEvents>(Events);
        model.Entity<Mask>(Masks);
        model.Entity<Picture>(Pictures);
        model.Entity<Share>(Shares);
        model.Entity<Feedback>(Ratings);
        model.Entity<ApiKey>(Keys);
        AccountModel.Build(model);
        ReviewModel.Build(model);
    }

    private static void Conversations(EntityTypeBuilder<Conversation> table)
    {
        Owned(table);
        table.HasAlternateKey(row => new { row.OwnerId, row.Id });
        table.HasIndex(row => new { row.OwnerId, row.UpdatedAt });
        table.HasIndex(row => row.DeletedAt);
        table.Property(row => row.Title).HasMaxLength(NameLength);
        table.Property(row => row.TitleSearch).HasMaxLength(NameLength);
        table.Property(row => row.Model).HasMaxLength(NameLength);
    }

    private static void Questions(EntityTypeBuilder<Question> table)
    {
        Owned(table);
        table.HasAlternateKey(row => new { row.OwnerId, row.Id });
        table.HasOne(row => row.Conversation).WithMany(row => row.Questions)
            .HasForeignKey(row => new { row.OwnerId, row.ConversationId }).HasPrincipalKey(row => new { row.OwnerId, row.Id }).OnDelete(DeleteBehavior.Cascade);
        table.HasOne(row => row.Picture).WithMany()
            .HasForeignKey(row => new { row.OwnerId, row.PictureId }).HasPrincipalKey(row => new { row.OwnerId, row.Id }).OnDelete(DeleteBehavior.Restrict);
    }

    private static void Analyses(EntityTypeBuilder<Analysis> table)
    {
        Owned(table);
        table.HasAlternateKey(row => new { row.OwnerId, row.Id });
        table.HasIndex(row => row.State);
        table.HasIndex(row => new { row.OwnerId, row.CreatedAt });
        table.Property(row => row.Model).HasMaxLength(NameLength);
        table.Property(row => row.FailureKind).HasMaxLength(NameLength);
        table.HasOne(row => row.Question).WithMany(row => row.Analyses)
            .HasForeignKey(row => new { row.OwnerId, row.QuestionId }).HasPrincipalKey(row => new { row.OwnerId, row.Id }).IsRequired(false).OnDelete(DeleteBehavior.Cascade);
        table.HasOne(row => row.Picture).WithMany()
            .HasForeignKey(row => new { row.OwnerId, row.PictureId }).HasPrincipalKey(row => new { row.OwnerId, row.Id }).OnDelete(DeleteBehavior.Restrict);
    }

    private static void Events(EntityTypeBuilder<RecordedEvents> table)
    {
        table.HasKey(row => new { row.AnalysisId, row.First });
        table.HasOne(row => row.Analysis).WithMany(row => row.Events)
            .HasForeignKey(row => new { row.OwnerId, row.AnalysisId }).HasPrincipalKey(row => new { row.OwnerId, row.Id }).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Masks(EntityTypeBuilder<Mask> table)
    {
        table.HasKey(row => new { row.AnalysisId, row.Index });
        table.HasOne(row => row.Analysis).WithMany(row => row.Masks)
            .HasForeignKey(row => new { row.OwnerId, row.AnalysisId }).HasPrincipalKey(row => new { row.OwnerId, row.Id }).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Pictures(EntityTypeBuilder<Picture> table)
    {
        Owned(table);
        table.HasAlternateKey(row => new { row.OwnerId, row.Id });
        table.HasIndex(row => row.Sha256);
        table.Property(row => row.Sha256).HasMaxLength(HashLength);
        table.Property(row => row.FileName).HasMaxLength(NameLength);
        table.Property(row => row.Format).HasMaxLength(16);
    }

    private static void Shares(EntityTypeBuilder<Share> table)
    {
        Owned(table);
        table.HasIndex(row => row.Token).IsUnique();
        table.Property(row => row.Token).HasMaxLength(HashLength);
        table.HasOne(row => row.Conversation).WithMany()
            .HasForeignKey(row => new { row.OwnerId, row.ConversationId }).HasPrincipalKey(row => new { row.OwnerId, row.Id }).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Ratings(EntityTypeBuilder<Feedback> table)
    {
        table.HasKey(row => row.AnalysisId);
        table.HasOne(row => row.Analysis).WithMany()
            .HasForeignKey(row => new { row.OwnerId, row.AnalysisId }).HasPrincipalKey(row => new { row.OwnerId, row.Id }).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Keys(EntityTypeBuilder<ApiKey> table)
    {
        Owned(table);
        table.HasIndex(row => row.Hash).IsUnique();
        table.Property(row => row.Name).HasMaxLength(NameLength);
        table.Property(row => row.Prefix).HasMaxLength(16);
        table.Property(row => row.Hash).HasMaxLength(HashLength);
        table.Property(row => row.Permissions).HasConversion<int>();
    }

    public static void Owned<TRow>(EntityTypeBuilder<TRow> table)
        where TRow : class, IOwned
    {
        table.Property<Guid>("Id").ValueGeneratedNever();
        table.HasOne<Owner>().WithMany().HasForeignKey(row => row.OwnerId).OnDelete(DeleteBehavior.Cascade);
    }
}
