using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sida.Web.Data.Entities;

namespace Sida.Web.Data;

/// <summary>Tables of people. Those columns of ASP.NET Core Identity that nothing here fills are left out.</summary>
internal static class AccountModel
{
    /// <summary>The longest address that SMTP can deliver to.</summary>
    public const int EmailLength = 254;

    /// <summary>The longest name of a person at a provider (OpenID Connect Core, section 2: "sub").</summary>
    public const int SubjectLength = 255;

    public static void Build(ModelBuilder model)
    {
        model.Entity<Account>(Accounts);
        model.Entity<AccountLink>(Links);
        model.Entity<AccountSession>(Sessions);
        model.Entity<AccountLogin>(Logins);
    }

    private static void Accounts(EntityTypeBuilder<Account> table)
    {
        SidaModel.Owned(table);
        table.HasIndex(row => row.OwnerId).IsUnique();
        table.HasIndex(row => row.NormalizedUserName).IsUnique();
        table.HasIndex(row => row.NormalizedEmail).IsUnique();
        table.Property(row => row.DisplayName).HasMaxLength(SidaModel.NameLength);
        table.Property(row => row.UserName).HasMaxLength(EmailLength);
        table.Property(row => row.NormalizedUserName).HasMaxLength(EmailLength);
        table.Property(row => row.Email).HasMaxLength(EmailLength);
        table.Property(row => row.NormalizedEmail).HasMaxLength(EmailLength);
        table.Property(row => row.ConcurrencyStamp).IsConcurrencyToken();
        table.Ignore(row => row.PhoneNumber).Ignore(row => row.PhoneNumberConfirmed).Ignore(row => row.TwoFactorEnabled).Ignore(row => row.EmailConfirmed);
    }

    private static void Sessions(EntityTypeBuilder<AccountSession> table)
    {
        SidaModel.Owned(table);
        table.HasIndex(row => row.AccountId);
        table.Property(row => row.Browser).HasMaxLength(SidaModel.NameLength);
        table.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Links(EntityTypeBuilder<AccountLink> table)
    {
        SidaModel.Owned(table);
        table.HasIndex(row => row.Hash).IsUnique();
        table.Property(row => row.Hash).HasMaxLength(SidaModel.HashLength);
        table.Property(row => row.Note).HasMaxLength(SidaModel.NameLength);
        table.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Logins(EntityTypeBuilder<AccountLogin> table)
    {
        SidaModel.Owned(table);
        table.HasIndex(row => new { row.Issuer, row.Subject }).IsUnique();
        table.HasIndex(row => new { row.AccountId, row.Issuer }).IsUnique();
        table.Property(row => row.Issuer).HasMaxLength(SidaModel.NameLength);
        table.Property(row => row.Subject).HasMaxLength(SubjectLength);
        table.Property(row => row.Label).HasMaxLength(SidaModel.NameLength);
        table.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
